import type { Health } from '@millrace/core'

/** What the last checks of one thing came to: what fails now and then is degraded also while it works. */
export class Recent {
  readonly #minSuccessRatio: number
  readonly #successes: boolean[] = []

  constructor(minSuccessRatio: number) {
    this.#minSuccessRatio = minSuccessRatio
  }

  /** Remembers how it is, and says how it is in the light of the last times. */
  judge(health: Health): Health {
    this.#successes.push(health.status !== 'unhealthy')
    if (this.#successes.length > remembered) this.#successes.shift()
    const failed = this.#successes.filter((isSuccess) => !isSuccess).length
    const count = this.#successes.length
    if (health.status !== 'healthy' || failed === 0 || 1 - failed / count >= this.#minSuccessRatio) return health
    return { ...health, status: 'degraded', detail: `It failed ${failed} of its last ${count} checks.` }
  }
}

const remembered = 20
