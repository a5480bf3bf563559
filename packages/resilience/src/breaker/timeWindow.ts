import type { Window, WindowSnapshot } from './window.ts'

/**
 * The calls of the last seconds: one partial sum for each second of the clock and a total, which loses a partial sum as
 * its second leaves the window. The present second counts as one of them. (resilience4j, `SlidingTimeWindowMetrics`.)
 */
export class TimeWindow implements Window {
  calls = 0
  failures = 0
  slowCalls = 0
  readonly #seconds: Int32Array
  readonly #size: number
  #head = 0
  #second = -Infinity

  constructor(seconds: number) {
    this.#size = seconds
    this.#seconds = new Int32Array(seconds * fields)
  }

  record(isFailure: boolean, isSlow: boolean, now: number): void {
    this.moveTo(now)
    const at = this.#head * fields
    this.#seconds[at]! += 1
    this.calls += 1
    if (isFailure) {
      this.#seconds[at + 1]! += 1
      this.failures += 1
    }
    if (isSlow) {
      this.#seconds[at + 2]! += 1
      this.slowCalls += 1
    }
  }

  moveTo(now: number): void {
    const second = Math.floor(now / 1000)
    if (second <= this.#second) {
      // What was restored may be of a clock that was ahead: it counts as of now, and not until that time has come.
      this.#second = second
      return
    }
    const passed = Math.min(this.#size, second - this.#second)
    this.#second = second
    for (let step = 0; step < passed; step += 1) {
      this.#head = (this.#head + 1) % this.#size
      const at = this.#head * fields
      this.calls -= this.#seconds[at]!
      this.failures -= this.#seconds[at + 1]!
      this.slowCalls -= this.#seconds[at + 2]!
      this.#seconds.fill(0, at, at + fields)
    }
  }

  toJSON(): WindowSnapshot {
    const seconds: Array<readonly [number, number, number, number]> = []
    for (let age = this.#size - 1; age >= 0; age -= 1) {
      const at = ((this.#head - age + this.#size) % this.#size) * fields
      const [calls, failures, slowCalls] = this.#seconds.subarray(at, at + fields) as unknown as [
        number,
        number,
        number,
      ]
      if (calls > 0) seconds.push([this.#second - age, calls, failures, slowCalls])
    }
    return { seconds }
  }

  restore(snapshot: WindowSnapshot): void {
    if (!('seconds' in snapshot)) return
    for (const [second, calls, failures, slowCalls] of snapshot.seconds) {
      this.moveTo(second * 1000)
      const at = this.#head * fields
      this.#seconds[at]! += calls
      this.#seconds[at + 1]! += failures
      this.#seconds[at + 2]! += slowCalls
      this.calls += calls
      this.failures += failures
      this.slowCalls += slowCalls
    }
  }
}

// Calls, failures, slow calls.
const fields = 3
