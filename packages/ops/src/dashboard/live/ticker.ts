import type { Clock, Timer } from '@millrace/core'
import { frameOf } from '../sampling/frame.ts'
import type { Frame } from '../sampling/frame.ts'
import { Frames } from '../sampling/frames.ts'
import type { Moment, Moments } from '../sampling/moment.ts'
import { Ring } from '../sampling/ring.ts'
import type { Aims } from '../targets.ts'
import { Alerts } from '../view/alerts.ts'
import type { ServerView } from '../view/snapshot.ts'
import { pointOf, viewOf } from '../view/view.ts'
import { eventOf } from './browsers.ts'
import type { Browsers } from './browsers.ts'
import { short } from './short.ts'

/** What a ticker goes by. */
export interface TickerOptions {
  /** Where what is shown comes from, asked for each time. */
  readonly moments: () => Moments
  readonly clock: Clock
  readonly intervalMs: number
  readonly historyMs: number
  readonly aims: Aims
  readonly server: () => ServerView
}

/**
 * Reads the metrics once an interval, whoever looks: a page that is opened has a past. What is sent is written once for
 * all pages, and not at all when there is none.
 */
export class Ticker {
  readonly #options: TickerOptions
  readonly #browsers: Browsers
  /** What the charts show, as it is sent. */
  readonly #points: Ring<string>
  readonly #frames = new Frames(frameMs, framesKeptMs)
  readonly #alerts = new Alerts()
  #last: Frame | undefined
  #snapshot = 'null'
  #timer: Timer | undefined
  #isStopped = false

  constructor(options: TickerOptions, browsers: Browsers) {
    this.#options = options
    this.#browsers = browsers
    this.#points = new Ring(Math.max(1, Math.round(options.historyMs / options.intervalMs)))
  }

  /** What a page needs that has just been opened. */
  hello(): string {
    const { items, size } = this.#points
    return eventOf('hello', `{"mostPoints":${size},"points":[${items.join(',')}],"snapshot":${this.#snapshot}}`)
  }

  /** Reads everything now, and once an interval from then on. Never rejects. */
  async tick(): Promise<void> {
    const { clock, intervalMs, moments } = this.#options
    try {
      const moment = await moments().read()
      this.#show(frameOf(moment.readings, clock.now()), moment)
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error)
      this.#browsers.send(eventOf('trouble', JSON.stringify(`The metrics cannot be read: ${said}`)))
    }
    if (!this.#isStopped) this.#timer = clock.after(intervalMs, () => void this.tick())
  }

  stop(): void {
    this.#isStopped = true
    this.#timer?.cancel()
  }

  #show(frame: Frame, moment: Moment): void {
    const { server, aims } = this.#options
    const point = short(pointOf(frame, this.#last ?? frame, moment.process))
    this.#points.add(point)
    this.#last = frame
    this.#frames.add(frame)
    const view = viewOf(frame, this.#frames, { server: server(), targets: aims.goals, ...moment })
    this.#snapshot = short({ ...view, alerts: this.#alerts.of(view, aims.breaches?.()) })
    if (this.#browsers.count > 0) {
      this.#browsers.send(eventOf('tick', `{"point":${point},"snapshot":${this.#snapshot}}`))
    }
  }
}

/** How far apart two moments are that periods are measured between. */
const frameMs = 5_000
const framesKeptMs = 130_000
