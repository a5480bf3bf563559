import type { Gate } from './gate.ts'
import type { Waiter } from './waiter.ts'

/** Waiters of one principal and priority that need the same slots: when one of them may start, each of them may. */
export class Flow {
  readonly tool: Gate
  readonly principal: Gate | undefined
  oldest: Waiter | undefined
  newest: Waiter | undefined

  constructor(tool: Gate, principal: Gate | undefined) {
    this.tool = tool
    this.principal = principal
  }

  /** The gate that keeps it from starting; undefined when the server's room is all it needs. */
  get blockedBy(): Gate | undefined {
    if (!this.tool.hasRoom) return this.tool
    return this.principal?.hasRoom === false ? this.principal : undefined
  }

  add(waiter: Waiter): void {
    waiter.flow = this
    waiter.older = this.newest
    if (this.newest === undefined) this.oldest = waiter
    else this.newest.newer = waiter
    this.newest = waiter
  }

  remove(waiter: Waiter): void {
    const { older, newer } = waiter
    if (older === undefined) this.oldest = newer
    else older.newer = newer
    if (newer === undefined) this.newest = older
    else newer.older = older
    waiter.flow = waiter.older = waiter.newer = undefined
  }
}
