/**
 * Whether a tier is asked: not for a while after it was too slow once or failed three times in a row, and then by one
 * call first. Each time that one comes to nothing the while is twice as long, up to half a minute.
 */
export class Breaker {
  #failures = 0
  #restMs = firstMs
  #closedAgainAt: number | undefined
  #isProbing = false

  get isOpen(): boolean {
    return this.#closedAgainAt !== undefined
  }

  /** Whether it may be asked now; whoever asks then says how it went. */
  admits(now: number): boolean {
    if (this.#closedAgainAt === undefined) return true
    if (this.#isProbing || now < this.#closedAgainAt) return false
    this.#isProbing = true
    return true
  }

  succeeded(): void {
    this.#failures = 0
    // What was asked before it opened says nothing of now.
    if (this.isOpen && !this.#isProbing) return
    this.#isProbing = false
    this.#restMs = firstMs
    this.#closedAgainAt = undefined
  }

  failed(now: number, isSlow: boolean): void {
    this.#failures += 1
    if (this.isOpen && !this.#isProbing) return
    if (this.isOpen) this.#restMs = Math.min(this.#restMs * 2, longestMs)
    else if (!isSlow && this.#failures < mostFailures) return
    this.#isProbing = false
    this.#closedAgainAt = now + this.#restMs
  }
}

const firstMs = 1_000
const longestMs = 30_000
const mostFailures = 3
