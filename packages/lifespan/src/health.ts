import { duration } from '@millrace/core'
import type { Clock, Health } from '@millrace/core'
import type { Node } from './graph.ts'
import type { Settings } from './options.ts'
import type { Values } from './starting.ts'
import { within } from './within.ts'

/** How one resource is, and when that was found out. */
export interface ResourceHealth extends Health {
  /** What the check took, in milliseconds. */
  readonly elapsedMs: number
  /** When it was asked, in milliseconds of the clock. */
  readonly checkedAt: number
}

/** How everything is: as well as the worst of it. */
export interface HealthReport {
  readonly status: Health['status']
  readonly resources: { readonly [name: string]: ResourceHealth }
}

/** Asks the resources how they are: each at most once at a time, and not again while the answer is young enough. */
export class Checks {
  readonly #settings: Settings
  readonly #answers = new Map<Node, { readonly answer: Promise<ResourceHealth>; until: number }>()

  constructor(settings: Settings) {
    this.#settings = settings
  }

  /** Never rejects: a check that throws or takes too long says `unhealthy`. */
  async report(values: Values): Promise<HealthReport> {
    const checked = [...values].filter(([node]) => node.resource.check !== undefined)
    const answers = await Promise.all(
      checked.map(async ([node, value]) => [node.name, await this.#answer(node, value)] as const),
    )
    const statuses = new Set(answers.map(([, { status }]) => status))
    const status = levels.findLast((level) => statuses.has(level)) ?? 'healthy'
    return { status, resources: Object.fromEntries(answers) }
  }

  #answer(node: Node, value: unknown): Promise<ResourceHealth> {
    const { clock, checkTtlMs } = this.#settings
    const known = this.#answers.get(node)
    if (known !== undefined && clock.now() < known.until) return known.answer
    const asked = { answer: ask(node, value, this.#settings), until: Infinity }
    this.#answers.set(node, asked)
    void asked.answer.then(() => (asked.until = clock.now() + checkTtlMs))
    return asked.answer
  }
}

const levels = ['healthy', 'degraded', 'unhealthy'] as const

const ask = async (node: Node, value: unknown, { clock, checkMs }: Settings): Promise<ResourceHealth> => {
  const checkedAt = clock.now()
  const health = await within(async (signal) => node.resource.check?.(value, { signal, clock }), {
    clock,
    limitMs: checkMs,
    late: () => new Error(`It did not answer within ${duration(checkMs)}.`),
  }).then(sound, (error: unknown): Health => ({
    status: 'unhealthy',
    detail: error instanceof Error ? error.message : String(error),
  }))
  return { ...health, ...times(clock, checkedAt) }
}

const sound = (answer: unknown): Health => {
  if (answer === undefined) return { status: 'healthy' }
  const { status } = (answer ?? {}) as { readonly status?: unknown }
  if (levels.includes(status as Health['status'])) return answer as Health
  return { status: 'unhealthy', detail: `Its check answered ${JSON.stringify(status)} for a status.` }
}

const times = (clock: Clock, checkedAt: number) => ({ checkedAt, elapsedMs: clock.now() - checkedAt })
