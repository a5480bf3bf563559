import { abortReason, isAborted, onAbort, waitsForTurn } from '@millrace/core'
import type { Call, Clock, Next, QueueRejection, RejectedError, Result } from '@millrace/core'
import { Bounded } from '../bounded.ts'
import type { Limit } from '../limit/limit.ts'
import { priorities, rankOf } from '../priority.ts'
import type { Rank } from '../priority.ts'
import { refused } from '../refused.ts'
import { neverBegan, unbegun } from '../unbegun.ts'
import { Alarm } from './alarm.ts'
import { CallClass } from './callClass.ts'
import { crowded } from './crowded.ts'
import { Discipline } from './discipline.ts'
import type { Flow } from './flow.ts'
import { follow } from './follow.ts'
import { Idle } from './idle.ts'
import type { QueuePlan } from './plan.ts'
import { Reporter } from './reporter.ts'
import { Rounds } from './rounds.ts'
import type { Slot } from './slot.ts'
import { Slots } from './slots.ts'
import { Waiter } from './waiter.ts'
import { WaitingRoom } from './waitingRoom.ts'

/** Lets calls in, makes them wait, or refuses them. How many may run is the limit's business. */
export class Limiter {
  readonly slots: Slots
  readonly room: WaitingRoom
  readonly discipline: Discipline
  readonly #plan: QueuePlan
  readonly #classes = new Bounded(maxClasses, (name) => new CallClass(name))
  readonly #reporter: Reporter
  readonly #alarm: Alarm
  readonly #rounds: Rounds
  readonly #idle = new Idle()
  #arrivals = 0
  readonly #ended = (slot: Slot, isFine: boolean): void => {
    if (slot.isBack) return
    if (this.slots.measure(slot, isFine)) this.#reporter.limitChanged()
    this.#giveBack(slot)
  }

  constructor(plan: QueuePlan) {
    this.#plan = plan
    this.slots = new Slots(plan)
    this.discipline = new Discipline(plan, this.slots.server)
    this.room = new WaitingRoom(this.discipline)
    this.#reporter = new Reporter(plan.name, this.slots.server, this.room)
    this.#alarm = new Alarm((clock) => this.#lookAround(clock))
    this.#rounds = new Rounds(this.slots, plan.graceMs, {
      overran: (slot, now) => {
        this.#reporter.overran(slot, now)
        this.#ended(slot, false)
      },
      eased: ({ gate }) => {
        gate.eased()
        this.room.unblock(gate)
        this.dispatch()
      },
      room: () => this.dispatch(),
    })
  }

  run(call: Call, next: Next): Promise<Result> {
    if (isAborted(call)) return refused(unbegun(abortReason(call)))
    const { slots } = this
    const { classBy, priority, load, weight: weightOf } = this.#plan
    const rank = rankOf(priority(call))
    const weight = weightOf === undefined ? 1 : weightOf(call)
    const callClass = this.#classes.get(classBy(call))
    const isTimed = slots.limit.isMeasuring || call.deadline < Infinity || (this.#arrivals++ & timedEvery) === 0
    const now = isTimed ? call.clock.now() : NaN
    if (now + callClass.neededMs > call.deadline) return this.#refuse(call, rank, callClass, 'deadline')
    if (load?.sheds(priorities[rank], call.clock) === true) return this.#refuse(call, rank, callClass, 'load')
    const tool = slots.toolOf(call, callClass)
    const principal = slots.principalOf(call)
    if (!slots.server.fits(weight) || this.discipline.isPaused || !tool.hasRoom || principal?.hasRoom === false) {
      slots.forget(tool, principal)
      return this.#wait(call, rank, weight, callClass, next)
    }
    const slot = slots.occupy(call, callClass, now, weight, tool, principal)
    this.#reporter.started(call, rank, 0)
    return follow(slot, next, this.#ended)
  }

  /** Makes another limit count from now on. */
  limitTo(limit: Limit): void {
    this.slots.limit = limit
    this.#reporter.limitChanged()
    this.dispatch()
  }

  /** Starts nothing until `resume`. */
  pause(): void {
    this.discipline.isPaused = true
  }

  resume(): void {
    this.discipline.resume(this.room.oldest?.call.clock.now() ?? -Infinity)
    this.dispatch()
  }

  /** Gives slots to those whose turn it is, as long as there are any. */
  dispatch(): void {
    const { room } = this
    const { server } = this.slots
    const now = room.oldest?.call.clock.now() ?? NaN
    server.needed = 1
    while (server.hasRoom && !this.discipline.isPaused) {
      const waiter = room.choose(now)
      if (waiter === undefined) break
      if (this.discipline.expiresAt(waiter, now) < now) this.#expire(waiter, now)
      else if (server.fits(waiter.weight)) this.#admit(waiter, now)
      else room.hold(waiter, server)
    }
    server.eased()
    if (room.size === 0) this.#rest()
    else if (!server.hasRoom) this.slots.limit.pressed()
  }

  /** Refuses everybody who waits. */
  clear(): void {
    for (const waiter of this.room.all()) this.#dismiss(waiter, 'cleared', waiter.call.clock.now())
    this.dispatch()
  }

  /** Resolves when nothing runs and nobody waits. */
  idle(): Promise<void> {
    const told = this.#idle.wait()
    this.#rest()
    return told
  }

  /** The error of a call that has its slot here, and has waited too long for one that processes share. */
  refusal(call: Call, waitMs: number): RejectedError {
    const { typicalMs } = this.#classes.get(this.#plan.classBy(call))
    const reason = call.clock.now() < call.deadline ? 'waited' : 'deadline'
    return this.#reporter.refused(call, rankOf(this.#plan.priority(call)), reason, waitMs, typicalMs)
  }

  #wait(call: Call, rank: Rank, weight: number, callClass: CallClass, next: Next): Promise<Result> {
    const { room, slots } = this
    const now = call.clock.now()
    this.#reporter.drain.look(now, !slots.server.hasRoom)
    if (!slots.server.fits(weight)) slots.limit.pressed()
    // Where nobody may wait, nobody else looks for slots that can be taken back. Who waits had a chance of theirs.
    this.#rounds.make(now, this.#classes.made)
    if (!this.discipline.isPaused && slots.haveRoomFor(call, callClass, weight)) return this.run(call, next)
    const key = this.#plan.fairBy(call) ?? ''
    const crowd = crowded(room, this.#plan, rank, key, now)
    if (typeof crowd === 'string') return this.#refuse(call, rank, callClass, crowd)
    if (crowd !== undefined) this.#dismiss(crowd, 'displaced', now)
    // Whoever made room may have been the last to need them.
    const tool = slots.toolOf(call, callClass)
    const principal = slots.principalOf(call)
    const waiter = new Waiter(call, rank, weight, callClass, now, call.deadline - callClass.neededMs, this.#arrivals++)
    slots.wantedAt(now, tool, principal)
    room.add(waiter, key, tool, principal)
    waitsForTurn(call, 1)
    waiter.stopListening = onAbort(call, (error) => this.#leave(waiter, error))
    this.#reporter.queued(waiter)
    this.#alarm.set(this.discipline.expiresAt(waiter, now), now, call.clock)
    if (weight > 1 || slots.server.needed > 1) this.dispatch()
    return waiter.admitted.then((slot) => this.#begin(slot, next))
  }

  #admit(waiter: Waiter, now: number): void {
    const { call, weight, callClass } = waiter
    const { tool, principal } = waiter.flow as Flow
    this.discipline.starts(waiter, this.room.oldestReady ?? waiter, now, this.slots.limit.isProbing)
    const slot = this.slots.occupy(call, callClass, now, weight, tool, principal)
    this.#takeOut(waiter)
    waitsForTurn(call, -1)
    this.#reporter.admitted(waiter, now)
    waiter.admit(slot)
  }

  #begin(slot: Slot, next: Next): Promise<Result> {
    if (!isAborted(slot.call)) return follow(slot, next, this.#ended)
    if (!slot.isBack) this.#giveBack(slot)
    throw unbegun(abortReason(slot.call))
  }

  #giveBack(slot: Slot): void {
    const { tool, principal } = slot
    this.slots.vacate(slot)
    this.#reporter.drain.done += 1
    this.room.unblock(tool)
    if (principal !== undefined) this.room.unblock(principal)
    this.dispatch()
    tool.eased()
    principal?.eased()
    this.slots.forget(tool, principal)
  }

  #lookAround(clock: Clock): void {
    const now = clock.now()
    let nextAt = Infinity
    for (const waiter of this.room.all()) {
      const at = this.discipline.expiresAt(waiter, now)
      if (at <= now) this.#expire(waiter, now)
      else nextAt = Math.min(nextAt, at)
    }
    this.#rounds.make(now, this.#classes.made)
    if (this.slots.server.needed > 1) this.dispatch()
    if (this.room.size > 0) this.#alarm.set(Math.max(nextAt, now + leastPauseMs), now, clock)
    else this.#rest()
  }

  #leave(waiter: Waiter, error: unknown): void {
    this.#takeOut(waiter)
    neverBegan(waiter.call)
    this.#reporter.left(waiter)
    waiter.refuse(unbegun(error))
    if (this.slots.server.needed > 1) this.dispatch()
    else if (this.room.size === 0) this.#rest()
  }

  #expire(waiter: Waiter, now: number): void {
    this.#dismiss(waiter, now >= waiter.latestStart ? 'deadline' : 'waited', now)
  }

  #dismiss(waiter: Waiter, reason: QueueRejection, now: number): void {
    const { call, rank, callClass, arrivedAt } = waiter
    this.#takeOut(waiter)
    neverBegan(call)
    waiter.refuse(this.#reporter.refused(call, rank, reason, now - arrivedAt, callClass.typicalMs))
  }

  #takeOut(waiter: Waiter): void {
    const { tool, principal } = waiter.flow as Flow
    waiter.stopListening?.()
    this.room.remove(waiter)
    this.slots.givenUp(tool, principal)
  }

  #refuse(call: Call, rank: Rank, callClass: CallClass, reason: QueueRejection): Promise<never> {
    return refused(this.#reporter.refused(call, rank, reason, 0, callClass.typicalMs))
  }

  /** Nobody waits. */
  #rest(): void {
    this.#alarm.stop()
    if (this.slots.server.inUse === 0 && this.room.size === 0) this.#idle.tell()
  }
}

const maxClasses = 1000
const timedEvery = 7 // one call in eight, where nothing else needs the time
/** What expires is looked for that often at most, in milliseconds. */
const leastPauseMs = 2
