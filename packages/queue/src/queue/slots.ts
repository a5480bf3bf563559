import { isAborted } from '@millrace/core'
import type { Call } from '@millrace/core'
import type { Limit } from '../limit/limit.ts'
import type { CallClass } from './callClass.ts'
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
  #writtenOff = 0
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

  /** The gate of the call's tool, where that has a limit, else that of its class. */
  toolOf({ method, target }: Call, { gate }: CallClass): Gate {
    if (this.#tools === undefined || method !== 'tools/call') return gate
    return this.#tools.of(target ?? '') ?? gate
  }

  principalOf({ principal }: Call): Gate | undefined {
    return this.#principals?.of(principal ?? '')
  }

  /** Whether the call can start. */
  haveRoomFor(call: Call, callClass: CallClass, weight: number): boolean {
    if (!this.server.fits(weight)) return false
    const tool = this.toolOf(call, callClass)
    const principal = this.principalOf(call)
    this.forget(tool, principal)
    return tool.hasRoom && principal?.hasRoom !== false
  }

  occupy(call: Call, callClass: CallClass, now: number, weight: number, tool: Gate, principal: Gate | undefined): Slot {
    const slot = new Slot(call, callClass, now, this.#limit.epoch, weight, tool, principal)
    this.server.inUse += weight
    callClass.running += 1
    tool.inUse += 1
    if (principal !== undefined) principal.inUse += 1
    this.running.add(slot)
    return slot
  }

  vacate(slot: Slot): void {
    const { tool, principal, weight } = slot
    slot.isBack = true
    this.running.remove(slot)
    if (slot.isWrittenOff) this.#writtenOff -= weight
    else this.server.inUse -= weight
    slot.callClass.running -= 1
    tool.inUse -= 1
    if (principal !== undefined) principal.inUse -= 1
  }

  /**
   * Lets somebody else in, in the place of a call that hangs. Only where the number of slots is our own finding: what
   * somebody has said is never exceeded. Nor is twice the limit, however many hang.
   *
   * @returns whether it was done
   */
  writeOff(slot: Slot): boolean {
    if (!this.#limit.isMeasuring || slot.isWrittenOff) return false
    const { limit } = this.server
    if (this.#writtenOff + Math.min(slot.weight, limit) > limit) return false
    slot.isWrittenOff = true
    this.#writtenOff += slot.weight
    this.server.inUse -= slot.weight
    return true
  }

  /** A call waits for them. */
  wantedAt(now: number, tool: Gate, principal: Gate | undefined): void {
    this.server.wantedAt(now)
    tool.wantedAt(now)
    principal?.wantedAt(now)
  }

  /** One that has waited for them does so no longer. */
  givenUp(tool: Gate, principal: Gate | undefined): void {
    this.server.givenUp()
    tool.givenUp()
    principal?.givenUp()
    this.forget(tool, principal)
  }

  /** Forgets gates that nobody needs any more. */
  forget(tool: Gate, principal: Gate | undefined): void {
    this.#tools?.left(tool)
    if (principal !== undefined) this.#principals?.left(principal)
  }

  /**
   * Tells the limit how long a call took.
   *
   * @param isFine whether it was answered
   * @returns whether there are more or fewer slots now
   */
  measure({ call, callClass, startedAt, epoch, weight }: Slot, isFine: boolean): boolean {
    // A quick failure says nothing of how long the work takes; what was given up on would have taken at least so long.
    if (Number.isNaN(startedAt) || !(isFine || isAborted(call))) return false
    const now = call.clock.now()
    const ms = now - startedAt
    // The first that is given up may be slow for being the first, and says nothing of those after it.
    if (!isFine && (callClass.typicalMs === 0 || ms <= callClass.typicalMs)) return false
    // One that runs alone has all slots there are, whatever it weighs.
    const { inUse, limit } = this.server
    const inFlight = inUse === weight ? Math.min(inUse, limit) : inUse
    if (!this.#limit.measured(callClass, ms, epoch, now, inFlight)) return false
    this.server.limit = this.#limit.current
    return true
  }
}
