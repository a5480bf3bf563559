/** Keeps loads that failed from being tried again at once, key by key, while there is a stale entry to serve. */
export class Backoff {
  readonly #failures = new Map<string, Failure>()

  /** Whether the next try must wait. */
  isWaiting(key: string, now: number): boolean {
    const failure = this.#failures.get(key)
    return failure !== undefined && now < failure.retryAt
  }

  failed(key: string, now: number): void {
    const count = (this.#failures.get(key)?.count ?? 0) + 1
    // Taken out and put in again, so that the key that has not failed for longest stands first.
    this.#failures.delete(key)
    this.#failures.set(key, { count, retryAt: now + Math.min(longestMs, firstMs * 2 ** (count - 1)) })
    if (this.#failures.size > mostKeys) this.#failures.delete(this.#failures.keys().next().value as string)
  }

  succeeded(key: string): void {
    if (this.#failures.size > 0) this.#failures.delete(key)
  }
}

interface Failure {
  readonly count: number
  readonly retryAt: number
}

const firstMs = 1000
const longestMs = 30_000
const mostKeys = 1000
