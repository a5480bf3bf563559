import type { Lane } from '../wire/lane.ts'
import { callOnce } from './closedLoop.ts'
import type { Load } from './closedLoop.ts'
import type { Latencies } from './latencies.ts'

/**
 * Calls arrive at even intervals, whatever the server does. Each is timed from when it was meant to be sent, so that a
 * server that stalls is charged for everyone who would have come meanwhile (no coordinated omission). A call that finds
 * every lane busy waits for one; that wait counts.
 *
 * @param timing gets how exact the load itself is
 */
export const openLoop = async (load: Load, ratePerSecond: number, timing: Timing): Promise<void> => {
  const { recorder, clock, isOver } = load
  const beginning = clock.now()
  const line = new Line(load, timing.waited)
  let arrived = 0
  const dueAt = () => beginning + (arrived * 1000) / ratePerSecond
  while (dueAt() < recorder.window.to && !isOver()) {
    await turnFor(dueAt() - clock.now())
    for (const now = clock.now(); dueAt() <= now && dueAt() < recorder.window.to; arrived += 1) {
      timing.lag.record(now - dueAt())
      line.add(dueAt(), now)
    }
  }
  await line.empty()
}

/** Between when a call should come and when it was sent. */
export interface Timing {
  /** How late this process noticed that it had come. */
  readonly lag: Latencies
  /** How long it then waited for a lane. */
  readonly waited: Latencies
}

/** Calls that have come, and the lanes that take them in turn. */
class Line {
  readonly #load: Load
  readonly #free: Lane[]
  readonly #waited: Latencies
  #waiting: Array<{ readonly startedAt: number; readonly cameAt: number }> = []
  #taken = 0
  #running = 0
  #onEmpty: (() => void) | undefined

  constructor(load: Load, waited: Latencies) {
    this.#load = load
    this.#waited = waited
    this.#free = [...load.lanes]
  }

  add(startedAt: number, cameAt: number): void {
    this.#waiting.push({ startedAt, cameAt })
    this.#send()
  }

  /** Waits for everyone who has come. */
  empty(): Promise<void> {
    return new Promise((resolve) => {
      this.#onEmpty = resolve
      this.#send()
    })
  }

  #send(): void {
    while (this.#free.length > 0 && this.#taken < this.#waiting.length && !this.#load.isOver()) {
      const { startedAt, cameAt } = this.#waiting[this.#taken]!
      this.#running += 1
      this.#waited.record(this.#load.clock.now() - cameAt)
      void this.#run(this.#free.pop()!, startedAt)
      this.#taken += 1
    }
    if (this.#taken > longTail) {
      this.#waiting = this.#waiting.slice(this.#taken)
      this.#taken = 0
    }
    if (this.#running === 0) this.#onEmpty?.()
  }

  async #run(lane: Lane, startedAt: number): Promise<void> {
    await callOnce(this.#load, lane, startedAt)
    this.#running -= 1
    this.#free.push(lane)
    this.#send()
  }
}

const longTail = 10_000

/** Sleeps while there is time, and turns the event loop for the last millisecond, which timers cannot tell. */
const turnFor = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    if (ms > 2) setTimeout(resolve, Math.min(ms - 1.5, mostSleepMs))
    else setImmediate(resolve)
  })

const mostSleepMs = 200
