import { isAborted } from '@millrace/core'
import type { Call } from '@millrace/core'
import type { Limit } from '../limit/limit.ts'
import type { Pace } from '../limit/pace.ts'
import { Gate } from './gate.ts'
import { Gates } from './gates.ts'
import type { QueuePlan } from './plan.ts'
import { Running } from './running.ts'
import { Slot } from './slot.ts'

/** What slots there are, who has them, and how long they are kept. */
export class Slots {
  readonly server: Gate
  readonly running: Running = new Running()
  #limit: Limit
  readonly #tools: Gates | undefined
  readonly #principals: Gates | undefined

  constructor({ limit, perTool, perPrincipal }: QueuePlan) {
    this.#limit = limit
    this.server = new Gate('', limit.current)
    this.#tools = perTool && new Gates(perTool)
    this.#principals = perPrincipal === undefined ? undefined : new Gates(() => perPrincipal)
  }

  get limit(): Limit {
    return this.#limit
  }

  set limit(limit: Limit) {
    this.#limit = limit
    this.server.limit = limit.current
  }

  toolOf({ method, target }: Call): Gate | undefined {
    return this.#tools === undefined || method !== 'tools/call' ? undefined : this.#tools.of(target ?? '')
  }

  principalOf({ principal }: Call): Gate | undefined {
    return this.#principals?.of(principal ?? '')
  }

  occupy(call: Call, pace: Pace, now: number, tool: Gate | undefined, principal: Gate | undefined): Slot {
    const slot = new Slot(call, pace, now, this.#limit.epoch, tool, principal)
    this.server.inUse += 1
    pace.running += 1
    if (tool !== undefined) tool.inUse += 1
    if (principal !== undefined) principal.inUse += 1
    this.running.add(slot)
    return slot
  }

  vacate(slot: Slot): void {
    const { tool, principal } = slot
    slot.isBack = true
    this.running.remove(slot)
    this.server.inUse -= 1
    slot.pace.running -= 1
    if (tool !== undefined) tool.inUse -= 1
    if (principal !== undefined) principal.inUse -= 1
  }

  /** Forgets gates that nobody needs any more. */
  forget(tool: Gate | undefined, principal: Gate | undefined): void {
    if (tool !== undefined) this.#tools?.left(tool)
    if (principal !== undefined) this.#principals?.left(principal)
  }

  /**
   * Tells the limit how long a call took.
   *
   * @param isFine whether it was answered
   * @returns whether there are more or fewer slots now
   */
  measure({ call, pace, startedAt, epoch }: Slot, isFine: boolean): boolean {
    // A quick failure says nothing of how long the work takes; what was given up on would have taken at least so long.
    if (Number.isNaN(startedAt) || !(isFine || isAborted(call))) return false
    const now = call.clock.now()
    const ms = now - startedAt
    if (!isFine && ms <= pace.typicalMs) return false
    if (!this.#limit.measured(pace, ms, epoch, now, this.server.inUse)) return false
    this.server.limit = this.#limit.current
    return true
  }
}
