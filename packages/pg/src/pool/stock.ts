import type { PgCloseReason } from '@millrace/core'
import { Member } from './member.ts'
import type { Plan, Source } from './plan.ts'

/** The connections that a pool has: those in use, those that idle, and those that are being asked whether they live. */
export class Stock<Item> {
  /** Which part of as many as there may be may stay open though nobody uses them. */
  share = 1
  readonly #plan: Plan
  readonly #source: Source<Item>
  readonly #members = new Set<Member<Item>>()
  /** The one used last is the last. */
  readonly #idle: Member<Item>[] = []
  readonly #closing = new Set<Promise<void>>()
  #probing = 0

  constructor(plan: Plan, source: Source<Item>) {
    this.#plan = plan
    this.#source = source
  }

  get size(): number {
    return this.#members.size
  }

  get idle(): number {
    return this.#idle.length
  }

  get probing(): number {
    return this.#probing
  }

  get busy(): number {
    return this.#members.size - this.#idle.length - this.#probing
  }

  /** The idle connection that was used last. */
  get newest(): Member<Item> | undefined {
    return this.#idle.at(-1)
  }

  add(item: Item): Member<Item> {
    const { clock, lifetimeMs } = this.#plan
    // Spread out, so that connections opened together are not replaced together.
    const member = new Member(item, clock.now() + lifetimeMs * (1 - Math.random() / 10))
    this.#members.add(member)
    return member
  }

  /** Takes the newest of those that idle. */
  pop(state: 'busy' | 'probing'): Member<Item> {
    const member = this.#idle.pop() as Member<Item>
    member.state = state
    if (state === 'probing') this.#probing += 1
    return member
  }

  /** It is in use now. */
  use(member: Member<Item>): void {
    if (member.state === 'probing') this.#probing -= 1
    member.state = 'busy'
    member.uses += 1
  }

  /** Nobody uses it now. @returns when it is due to go, at the latest */
  rest(member: Member<Item>, now: number): number {
    if (member.state === 'probing') this.#probing -= 1
    member.state = 'idle'
    member.idleSince = now
    this.#idle.push(member)
    return Math.min(now + this.#plan.idleMs, member.expiresAt)
  }

  /** Why it must not be used again; undefined when it may. */
  spent(member: Member<Item>, now: number): PgCloseReason | undefined {
    if (member.uses >= this.#plan.maxUses) return 'uses'
    return now >= member.expiresAt ? 'lifetime' : undefined
  }

  /** Idle connections that are due to go, each with the reason. */
  due(now: number): Array<[Member<Item>, PgCloseReason]> {
    const { min, idleMs } = this.#plan
    let above = this.#members.size - min
    const due: Array<[Member<Item>, PgCloseReason]> = []
    for (const member of this.#idle) {
      const isOld = now >= member.expiresAt
      if (!isOld && !(above > 0 && now >= member.idleSince + idleMs)) continue
      due.push([member, isOld ? 'lifetime' : 'idle'])
      above -= 1
    }
    return due
  }

  /** When the next idle connection is due to go. */
  nextDue(): number {
    const { min, idleMs } = this.#plan
    const canShrink = this.#members.size > min
    return Math.min(...this.#idle.map((one) => Math.min(one.expiresAt, canShrink ? one.idleSince + idleMs : Infinity)))
  }

  /** How many may idle where there may be `limit`. */
  spare(limit: number): number {
    return Math.floor(this.share * limit)
  }

  /** Idle connections that are more than may idle, those used longest ago. */
  surplus(limit: number): Member<Item>[] {
    return this.#idle.slice(0, Math.max(0, this.#idle.length - this.spare(limit)))
  }

  /** All connections, or those that idle. */
  all(state?: 'idle'): Member<Item>[] {
    return state === undefined ? [...this.#members] : [...this.#idle]
  }

  /** Lets go of a connection. @returns false when that has happened before */
  remove(member: Member<Item>, reason: PgCloseReason): boolean {
    const { state } = member
    if (state === 'gone') return false
    if (state === 'idle') this.#idle.splice(this.#idle.indexOf(member), 1)
    if (state === 'probing') this.#probing -= 1
    member.state = 'gone'
    this.#members.delete(member)
    const closing = this.#source.close(member.item, state === 'busy', reason).then(() => {
      this.#closing.delete(closing)
    })
    this.#closing.add(closing)
    return true
  }

  /** Resolves when everything that was let go of is closed. */
  async closed(): Promise<void> {
    await Promise.all(this.#closing)
  }
}
