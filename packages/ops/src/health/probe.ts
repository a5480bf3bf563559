import { duration, kindOf } from '@millrace/core'
import type { Clock, Health } from '@millrace/core'
import type { Bounds, HealthCheck } from './check.ts'
import { messageOf, plain } from './plain.ts'
import { Recent } from './recent.ts'

/** How one thing is, and when that was found out. */
export interface CheckReport extends Health {
  /** What the check took, in milliseconds. */
  readonly elapsedMs: number
  /** When it was asked, in milliseconds since 1970. */
  readonly checkedAt: number
}

/**
 * One check: at most one run at a time, however many ask, and none while the last answer is young enough. One that hangs
 * is said to be unhealthy in time, and is not run again before it has ended.
 */
export class Probe {
  readonly #check: HealthCheck
  readonly #bounds: Bounds
  readonly #clock: Clock
  readonly #recent: Recent
  #answer: Promise<CheckReport> | undefined
  #until = -Infinity
  #hangsSince: number | undefined

  constructor(check: HealthCheck, bounds: Bounds, clock: Clock) {
    this.#check = check
    this.#bounds = bounds
    this.#clock = clock
    this.#recent = new Recent(bounds.minSuccessRatio)
  }

  /** Never rejects, and takes no longer than `checkMs`. */
  ask(): Promise<CheckReport> {
    const now = this.#clock.now()
    if (this.#answer !== undefined && now < this.#until) return this.#answer
    this.#until = Infinity
    this.#answer = this.#hangsSince === undefined ? this.#run(now) : Promise.resolve(this.#hanging(now))
    void this.#answer.then(() => (this.#until = this.#clock.now() + this.#bounds.checkTtlMs))
    return this.#answer
  }

  async #run(startedAt: number): Promise<CheckReport> {
    const health = await this.#within(startedAt)
    const elapsedMs = this.#clock.now() - startedAt
    return { ...this.#recent.judge(this.#slow(health, elapsedMs)), elapsedMs, checkedAt: startedAt }
  }

  #within(startedAt: number): Promise<Health> {
    const controller = new AbortController()
    const { checkMs } = this.#bounds
    return new Promise((resolve) => {
      const timer = this.#clock.after(checkMs, () => {
        this.#hangsSince = startedAt
        resolve(unhealthy(`It did not answer within ${duration(checkMs)}.`))
        controller.abort(new Error('nobody waits for this check any more'))
      })
      const end = (health: Health): void => {
        this.#hangsSince = undefined
        timer.cancel()
        resolve(health)
      }
      new Promise<Health | void>((start) => start(this.#check({ signal: controller.signal })))
        .then(sound)
        .then(end, (error: unknown) => end(unhealthy(messageOf(error))))
    })
  }

  #hanging(now: number): CheckReport {
    const elapsedMs = now - this.#hangsSince!
    const health = unhealthy(`It has not answered for ${duration(elapsedMs)}.`)
    return { ...this.#recent.judge(health), elapsedMs, checkedAt: this.#hangsSince! }
  }

  #slow(health: Health, elapsedMs: number): Health {
    const { slowMs } = this.#bounds
    if (health.status !== 'healthy' || elapsedMs < slowMs) return health
    return {
      ...health,
      status: 'degraded',
      detail: `It took ${duration(elapsedMs)}, which is ${duration(slowMs)} or more.`,
    }
  }
}

const unhealthy = (detail: string): Health => ({ status: 'unhealthy', detail })

const sound = (answer: unknown): Health => {
  if (answer === undefined) return { status: 'healthy' }
  const { status } = (answer ?? {}) as { readonly status?: unknown }
  if (status === 'healthy' || status === 'degraded' || status === 'unhealthy') return plain(answer as Health)
  return unhealthy(`Its check answered ${typeof status === 'string' ? `'${status}'` : kindOf(status)} for a status.`)
}
