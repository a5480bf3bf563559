import type { Window, WindowSnapshot } from './window.ts'

/**
 * The last calls, a fixed number of them: a ring of their endings and a sum that each new one is added to as the one it
 * replaces is taken out. (resilience4j, `FixedSizeSlidingWindowMetrics`.)
 */
export class CountWindow implements Window {
  calls = 0
  failures = 0
  slowCalls = 0
  readonly #ring: Uint8Array
  #next = 0

  constructor(size: number) {
    this.#ring = new Uint8Array(size)
  }

  record(isFailure: boolean, isSlow: boolean): void {
    const at = this.#next
    if (this.calls === this.#ring.length) {
      const gone = this.#ring[at]!
      if ((gone & failed) !== 0) this.failures -= 1
      if ((gone & slow) !== 0) this.slowCalls -= 1
    } else {
      this.calls += 1
    }
    this.#ring[at] = (isFailure ? failed : 0) | (isSlow ? slow : 0)
    if (isFailure) this.failures += 1
    if (isSlow) this.slowCalls += 1
    this.#next = at + 1 === this.#ring.length ? 0 : at + 1
  }

  moveTo(): void {}

  toJSON(): WindowSnapshot {
    const oldest = this.#next - this.calls
    const size = this.#ring.length
    const all = Array.from({ length: this.calls }, (_, n) => letters[this.#ring[(oldest + n + size) % size]!])
    return { calls: all.join('') }
  }

  restore(snapshot: WindowSnapshot): void {
    if (!('calls' in snapshot)) return
    for (const letter of snapshot.calls.slice(-this.#ring.length)) {
      const ending = letters.indexOf(letter)
      this.record((ending & failed) !== 0, (ending & slow) !== 0)
    }
  }
}

const failed = 1
const slow = 2
const letters = '.fsb'
