import type { Clock, Timer } from '@millrace/core'

/**
 * Makes the whole process live in that time: `Date`, `performance.now`, `setTimeout` and `setInterval`. For libraries
 * that take no clock. Microtasks, `nextTick` and `setImmediate` stay what they are.
 *
 * @returns what puts the real ones back
 */
export const liveIn = (clock: Clock): (() => void) => {
  const real = {
    Date,
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
  }
  const { now } = performance
  const start = clock.now()
  const arm =
    (isRepeated: boolean) =>
    (run: (...args: unknown[]) => void, delayMs: number, ...args: unknown[]) =>
      new VirtualTimer(clock, delayMs, isRepeated, () => run(...args))
  const clear = (timer?: VirtualTimer): void => timer?.close()
  Object.assign(globalThis, {
    Date: class extends Date {
      constructor(...args: [] | [number | string]) {
        if (args.length === 0) super(clock.now())
        else super(...args)
      }
      static override now = () => Math.floor(clock.now())
    },
    setTimeout: arm(false),
    setInterval: arm(true),
    clearTimeout: clear,
    clearInterval: clear,
  })
  performance.now = () => clock.now() - start
  return () => {
    Object.assign(globalThis, real)
    performance.now = now
  }
}

/** What Node gives for `setTimeout`, as far as libraries use it. */
class VirtualTimer {
  readonly #run: () => void
  readonly #clock: Clock
  readonly #delayMs: number
  readonly #isRepeated: boolean
  #timer: Timer

  constructor(clock: Clock, delayMs: number, isRepeated: boolean, run: () => void) {
    this.#clock = clock
    // As Node does it: nothing is sooner than a millisecond, and what does not fit in 31 bits comes at once.
    this.#delayMs = delayMs >= 1 && delayMs < 2 ** 31 ? delayMs : 1
    this.#isRepeated = isRepeated
    this.#run = run
    this.#timer = this.#arm()
  }

  close(): void {
    this.#timer.cancel()
  }
  refresh(): this {
    this.#timer.cancel()
    this.#timer = this.#arm()
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
  hasRef(): boolean {
    return false
  }

  #arm(): Timer {
    return this.#clock.after(this.#delayMs, () => {
      if (this.#isRepeated) this.#timer = this.#arm()
      this.#run()
    })
  }
}
