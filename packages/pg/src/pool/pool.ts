import type { PgCloseReason, PgNumbers } from '@millrace/core'
import { closedError, unavailable } from '../errors.ts'
import { Journal } from './journal.ts'
import { Line } from './line.ts'
import type { Member } from './member.ts'
import { Opening } from './opening.ts'
import type { Plan, Source } from './plan.ts'
import { Stock } from './stock.ts'
import { Sweep } from './sweep.ts'
import type { Place, Waiter } from './waiters.ts'

/**
 * Connections that are opened ahead, shared and let go of. Who waits longest is served first, by whatever connection is
 * free first, be it given back or newly opened. Of those that idle the one used last goes first, so that the others can
 * grow old.
 */
export class Pool<Item> {
  readonly plan: Plan
  /** Most connections in use at once since somebody set it to 0. */
  peak = 0
  #limit: number
  readonly #source: Source<Item>
  readonly #stock: Stock<Item>
  readonly #opening: Opening<Item>
  readonly #sweep: Sweep
  readonly journal: Journal = new Journal(() => this.numbers)
  readonly #line: Line<Item>
  readonly #end = new AbortController()
  #onQuiet: Array<() => void> = []

  constructor(plan: Plan, source: Source<Item>) {
    this.plan = plan
    this.#limit = plan.max
    this.#source = source
    this.#stock = new Stock(plan, source)
    this.#line = new Line(plan, this.journal)
    this.#opening = new Opening(source, plan.clock, this.#end.signal)
    this.#sweep = new Sweep(plan.clock, () => this.#look())
  }

  get numbers(): PgNumbers {
    const { size, idle } = this.#stock
    return { pool: this.plan.name, limit: this.#limit, size, idle, waiting: this.#line.size }
  }

  /** How many connections it may have. */
  get limit(): number {
    return this.#limit
  }

  /** Connections in use. */
  get busy(): number {
    return this.#stock.busy
  }

  /** The last attempt to connect failed, and there is no connection. */
  get isDown(): boolean {
    return this.#opening.isDown
  }

  /** What the last attempt to connect failed with; undefined when it did not. */
  get connectError(): unknown {
    return this.#opening.error
  }

  /** Milliseconds until a failed attempt to connect is worth repeating; 0 while all is well. */
  get pauseMs(): number {
    return this.#opening.isDown ? this.#opening.pauseMs : 0
  }

  /** A connection that is free and known to live; undefined when that takes waiting. */
  take(): Member<Item> | undefined {
    const member = this.#stock.newest
    // Nobody overtakes those who wait.
    if (member === undefined || this.#line.size > 0 || this.#isStale(member)) return undefined
    return this.#use(this.#stock.pop('busy'))
  }

  /**
   * Waits for a connection; the waiter hears of it, possibly at once.
   *
   * @param limitMs how long this one may wait, when that is less than everybody may
   */
  wait(waiter: Waiter<Member<Item>>, limitMs: number = Infinity): Place<Member<Item>> | undefined {
    if (this.#end.signal.aborted) {
      waiter.refused(closedError())
      return undefined
    }
    const openable = Math.max(0, this.#limit - this.#stock.size)
    const place = this.#line.join(waiter, this.#limit, openable, limitMs)
    if (place === undefined) return undefined
    this.#serve()
    return place
  }

  /** Stops waiting. @returns false when it had ended already */
  leave(place: Place<Member<Item>>): boolean {
    return this.#line.leave(place)
  }

  /** Takes a connection back. */
  give(member: Member<Item>, isUsable: boolean, error?: unknown): void {
    if (member.state === 'gone') return
    if (isUsable) this.#free(member)
    else this.#discard(member, 'broken', error)
  }

  /** Opens what is missing of the connections that are kept. @returns when no connection is being opened any more */
  async warm(): Promise<void> {
    this.#topUp()
    if (this.#opening.pending > 0) await new Promise<void>((resolve) => this.#onQuiet.push(resolve))
  }

  /** Changes how many connections it may have. What is too much goes when it is free. */
  resize(limit: number): void {
    const before = this.#limit
    if (limit === before) return
    this.#limit = limit
    this.journal.resized(before)
    for (const member of this.#stock.all('idle')) if (this.#stock.size > limit) this.#discard(member, 'resized')
    this.#serve()
  }

  /** Keeps no more than this part of as many as it may have open while nobody uses them. */
  shrinkTo(share: number): void {
    this.#stock.share = share
    for (const member of this.#stock.surplus(this.#limit)) this.#discard(member, 'resized')
    this.#topUp()
  }

  /**
   * Refuses everybody from now on and lets go of every connection.
   *
   * @param graceMs how long those in use may still be used
   * @returns when all are closed
   */
  async close(graceMs: number): Promise<void> {
    this.#end.abort(closedError())
    this.#sweep.stop()
    this.#line.clear(closedError())
    for (const member of this.#stock.all('idle')) this.#discard(member, 'closing')
    const timer = this.plan.clock.after(graceMs, () => {
      for (const member of this.#stock.all()) this.#discard(member, 'closing')
    })
    while (this.#stock.size > 0 || this.#opening.pending > 0)
      await new Promise<void>((resolve) => this.#onQuiet.push(resolve))
    timer.cancel()
    await this.#stock.closed()
  }

  /** Finds connections for those who wait, as far as none is on its way to them. */
  #serve(): void {
    while (this.#line.size > this.#opening.pending + this.#stock.probing) {
      const member = this.#stock.newest
      if (member !== undefined) void this.#probe()
      else if (this.#stock.size + this.#opening.pending >= this.#limit) return
      else if (this.#opening.mayTry(this.#stock.size)) void this.#open()
      else return
    }
  }

  #topUp(): void {
    const { min, clock } = this.plan
    const missing = () => Math.min(min, this.#stock.spare(this.#limit)) - this.#stock.size - this.#opening.pending
    if (this.#end.signal.aborted || missing() <= 0) return
    const { pauseMs } = this.#opening
    if (pauseMs > 0) return this.#sweep.by(clock.now() + pauseMs, clock.now())
    while (missing() > 0 && this.#opening.mayTry(this.#stock.size)) void this.#open()
  }

  async #open(): Promise<void> {
    let member: Member<Item> | undefined
    const opened = await this.#opening.attempt((error) => {
      if (member?.state === 'idle') this.#discard(member, 'broken', error)
    })
    this.#opening.pending -= 1
    if ('item' in opened) {
      member = this.#stock.add(opened.item)
      this.journal.opened(opened.elapsedMs)
      this.#free(member)
    } else {
      this.journal.connectFailed(opened.elapsedMs, opened.error)
      this.#opening.isDown = this.#stock.size === 0 && this.#opening.pending === 0
      if (this.#opening.isDown) this.#line.clear(unavailable(opened.error))
    }
    this.#settle()
  }

  /** A connection that has been idle for long may be dead without anybody having said so. */
  async #probe(): Promise<void> {
    const member = this.#stock.pop('probing')
    try {
      await this.#source.probe(member.item)
      this.give(member, true)
    } catch (error) {
      // What has been silent for as long is as dead, and each would cost a wait.
      for (const other of this.#stock.all('idle')) if (this.#isStale(other)) this.#discard(other, 'broken', error)
      this.give(member, false, error)
    }
  }

  #isStale(member: Member<Item>): boolean {
    return this.plan.clock.now() - member.idleSince > this.plan.probeAfterMs
  }

  #use(member: Member<Item>, waitMs?: number): Member<Item> {
    this.#stock.use(member)
    this.journal.granted(waitMs)
    this.peak = Math.max(this.peak, this.#stock.busy)
    return member
  }

  /** Hands a connection that nobody uses to who waits longest, keeps it, or lets go of it. */
  #free(member: Member<Item>): void {
    const now = this.plan.clock.now()
    const isTooMuch = this.#stock.size > this.#limit
    const reason = this.#end.signal.aborted ? 'closing' : isTooMuch ? 'resized' : this.#stock.spent(member, now)
    if (reason !== undefined) return this.#discard(member, reason)
    const place = this.#line.take()
    if (place !== undefined) return place.waiter.granted(this.#use(member, now - place.since))
    this.#sweep.by(this.#stock.rest(member, now), now)
    for (const unneeded of this.#stock.surplus(this.#limit)) this.#discard(unneeded, 'resized')
  }

  #discard(member: Member<Item>, reason: PgCloseReason, error?: unknown): void {
    if (!this.#stock.remove(member, reason)) return
    this.journal.closed(reason, error)
    this.#settle()
  }

  /** Connections have come or gone: somebody may be waiting for just that. */
  #settle(): void {
    if (!this.#end.signal.aborted) {
      this.#serve()
      this.#topUp()
    }
    if (this.#opening.pending > 0) return
    for (const resolve of this.#onQuiet.splice(0)) resolve()
  }

  #look(): void {
    const now = this.plan.clock.now()
    for (const [member, reason] of this.#stock.due(now)) this.#discard(member, reason)
    this.#topUp()
    this.#sweep.by(this.#stock.nextDue(), now)
  }
}
