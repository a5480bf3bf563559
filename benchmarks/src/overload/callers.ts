import { isAborted } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import { retry, retryBudget } from '@millrace/resilience'
import type { End, Recorded } from './call.ts'
import { random } from './random.ts'
import type { Random } from './random.ts'
import type { Phase, Priority, Retries, Scenario, Tool } from './scenario.ts'
import type { Server } from './server.ts'
import type { Guard } from './subject.ts'
import type { VirtualTime } from './time.ts'

/** What callers need to call. */
export interface CallersOptions {
  readonly scenario: Scenario
  readonly seed: number
  readonly time: VirtualTime
  readonly server: Server
  readonly guard: Guard
  /** Told of an error that is no refusal. */
  readonly onFault: (error: unknown) => void
}

/** What somebody wants, however often they must ask. */
interface Wish {
  readonly tool: Tool
  readonly priority: Priority
  readonly principal: string | undefined
  readonly workMs: number
}

/** Callers who arrive at random moments (Poisson), whether the server answers or not. */
export class Callers {
  readonly calls: Recorded[] = []
  readonly #options: CallersOptions
  readonly #startedAt: number
  readonly #arrivals
  readonly #wishes
  readonly #repeated: ReturnType<typeof retry> | undefined
  readonly #choose: { readonly tool: () => string; readonly priority: () => Priority; readonly principal: () => string }

  constructor(options: CallersOptions) {
    this.#options = options
    const { scenario, seed, time } = options
    this.#startedAt = time.now()
    this.#arrivals = random(seed, 'arrivals')
    this.#wishes = random(seed, 'wishes')
    this.#repeated = scenario.retries && repeating(scenario.retries, random(seed, 'pauses'))
    const tools = Object.fromEntries(scenario.tools.map(({ name, share }) => [name, share]))
    this.#choose = {
      tool: choice(tools, random(seed, 'tools')),
      priority: choice(scenario.priorities ?? { normal: 1 }, random(seed, 'priorities')) as () => Priority,
      principal: choice(scenario.principals ?? { '': 1 }, random(seed, 'principals')),
    }
  }

  /** Lets them arrive from now on, for so many milliseconds. */
  arrive(ms: number): void {
    const { scenario, time } = this.#options
    const next = (): void => {
      const rate = phaseAt(scenario, this.#now() / 1000).load * scenario.capacity
      time.after((-1000 * Math.log(1 - this.#arrivals())) / rate, () => {
        if (this.#now() > ms) return
        next()
        this.#wish()
      })
    }
    next()
  }

  #now(): number {
    return this.#options.time.now() - this.#startedAt
  }

  #wish(): void {
    const { scenario, time } = this.#options
    const name = this.#choose.tool()
    const tool = scenario.tools.find((one) => one.name === name) as Tool
    const wish: Wish = {
      tool,
      priority: this.#choose.priority(),
      principal: this.#choose.principal() || undefined,
      workMs: tool.service(this.#wishes),
    }
    if (this.#repeated === undefined) return void this.#ask(wish, 0)
    let attempt = 0
    const ask = async (): Promise<typeof answer> => {
      const unserved = await this.#ask(wish, attempt++)
      if (unserved !== undefined) throw unserved
      return answer
    }
    // Whoever is not served in the end has asked as often as it may.
    this.#repeated(fakeCall({ target: name, clock: time }), ask).catch(() => {})
  }

  /** @returns when it has ended for the caller; unless it was served, with what the caller was told */
  #ask(wish: Wish, attempt: number): Promise<Unserved | undefined> {
    return new Promise((tell) => this.#call(wish, attempt, tell))
  }

  #call(wish: Wish, attempt: number, tell: (unserved: Unserved | undefined) => void): void {
    const { scenario, time, guard, server, onFault } = this.#options
    const { tool, priority, principal } = wish
    const recorded: Recorded = {
      tool: tool.name,
      priority,
      principal,
      attempt,
      arrivedAt: this.#now(),
      end: undefined,
      endedAt: 0,
      ends: 0,
      begun: 0,
      work: undefined,
    }
    this.calls.push(recorded)
    const deadline = time.now() + scenario.patienceMs
    const call = fakeCall({ target: tool.name, input: { priority }, principal, deadline, clock: time })
    const patience = time.after(scenario.patienceMs, () => {
      end('gaveUp')
      call.abort()
      if (scenario.isWorkStopped === true) stop?.()
    })
    const end = (how: End, error?: unknown): void => {
      // What a caller is told that has gone is told to nobody.
      if (recorded.end === 'gaveUp') return
      patience.cancel()
      recorded.ends += 1
      recorded.end = how
      recorded.endedAt = this.#now()
      tell(
        how === 'served' ? undefined : new Unserved(how, scenario.retries?.isHintHeeded === true ? error : undefined),
      )
    }
    let stop: (() => void) | undefined
    const work = (): Promise<void> => {
      recorded.begun += 1
      if (scenario.isWorkStopped === true && isAborted(call)) return Promise.reject(stopped)
      return new Promise((resolve, reject) => {
        const begun = server.begin(wish.workMs, resolve)
        recorded.work = begun
        stop = () => {
          begun.stop()
          reject(stopped)
        }
      })
    }
    guard.run(call, work).then(
      () => end('served'),
      (error: unknown) => {
        if (error !== stopped && !guard.isRefusal(error)) onFault(error)
        end('refused', error)
      },
    )
  }
}

/** What a tool throws that stops because its caller is gone. */
const stopped = new Error('the caller is gone')

/** How a caller learns that its call was in vain; the cause is the refusal, where it looks at that. */
class Unserved extends Error {
  constructor(how: End, cause: unknown) {
    super(how, { cause })
  }
}

const answer = { content: [] }

/** The retries of all callers together: ours, as a client in front of the server would have them. */
const repeating = ({ most, pauseMs, budgetRatio }: Retries, chance: Random): ReturnType<typeof retry> =>
  retry({
    attempts: most + 1,
    delaysMs: (count) => pauseMs * 2 ** (count - 1),
    budget: budgetRatio === Infinity ? false : retryBudget({ ratio: budgetRatio }),
    isFailure: ({ outcome }) => outcome !== 'ok',
    random: chance,
  })

/** The phase that a second belongs to. */
export const phaseAt = ({ phases }: Scenario, second: number): Phase =>
  phases.findLast(({ fromS }) => fromS <= second) ?? (phases[0] as Phase)

/** Draws names, each as often as its share says. */
const choice = (shares: Readonly<Record<string, number>>, random: Random): (() => string) => {
  const names = Object.keys(shares)
  const total = Object.values(shares).reduce((sum, share) => sum + share, 0)
  return () => {
    let left = random() * total
    return names.find((name) => (left -= shares[name] ?? 0) < 0) ?? (names.at(-1) as string)
  }
}
