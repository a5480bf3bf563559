import { isAborted } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import type { End, Recorded } from './call.ts'
import { random } from './random.ts'
import type { Random } from './random.ts'
import type { Phase, Priority, Scenario, Tool } from './scenario.ts'
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
  readonly #pauses
  readonly #choose: { readonly tool: () => string; readonly priority: () => Priority; readonly principal: () => string }
  #budget = 0

  constructor(options: CallersOptions) {
    this.#options = options
    const { scenario, seed, time } = options
    this.#startedAt = time.now()
    this.#arrivals = random(seed, 'arrivals')
    this.#wishes = random(seed, 'wishes')
    this.#pauses = random(seed, 'pauses')
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
    const { tools, retries } = this.#options.scenario
    const name = this.#choose.tool()
    const tool = tools.find((one) => one.name === name) as Tool
    const wish: Wish = {
      tool,
      priority: this.#choose.priority(),
      principal: this.#choose.principal() || undefined,
      workMs: tool.service(this.#wishes),
    }
    this.#budget = Math.min(mostSaved, this.#budget + (retries?.budgetRatio ?? 0))
    this.#ask(wish, 0)
  }

  #ask(wish: Wish, attempt: number): void {
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
    const end = (how: End): void => {
      // What a caller is told that has gone is told to nobody.
      if (recorded.end === 'gaveUp') return
      patience.cancel()
      recorded.ends += 1
      recorded.end = how
      recorded.endedAt = this.#now()
      if (how !== 'served') this.#again(wish, attempt)
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
        end('refused')
      },
    )
  }

  #again(wish: Wish, attempt: number): void {
    const { retries } = this.#options.scenario
    if (retries === undefined || attempt >= retries.most || this.#budget < 1) return
    if (retries.budgetRatio !== Infinity) this.#budget -= 1
    const pauseMs = retries.pauseMs * 2 ** attempt * this.#pauses()
    this.#options.time.after(pauseMs, () => this.#ask(wish, attempt + 1))
  }
}

/** What a tool throws that stops because its caller is gone. */
const stopped = new Error('the caller is gone')

/** Retries that callers with a budget may have saved up. */
const mostSaved = 100

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
