import { cancellationOf, isAborted, onAbort, onGivenUp } from '@millrace/core'
import type { Call, Result } from '@millrace/core'
import { answered, interrupted, isRequestFault, isToldOf, threw } from '../ending.ts'
import type { Ending } from '../ending.ts'
import { events } from '../report.ts'
import type { Circuit } from './circuit.ts'
import type { BreakerPlan } from './plan.ts'
import type { State } from './state.ts'

/**
 * One call that a circuit has let in. It ends once, whatever comes first: the handler settles, or the call is cancelled
 * and nobody knows whether it ever will.
 */
export class Pass {
  readonly #plan: BreakerPlan
  readonly #circuit: Circuit
  readonly #admittedIn: State
  readonly #call: Call
  readonly #startedAt: number
  readonly #stopListening: (() => void) | undefined
  #isOver = false

  constructor(plan: BreakerPlan, circuit: Circuit, call: Call) {
    this.#plan = plan
    this.#circuit = circuit
    this.#admittedIn = circuit.state
    this.#call = call
    this.#startedAt = plan.slowCallMs === Infinity ? 0 : call.clock.now()
    circuit.begin()
    const listen = this.#admittedIn.type === 'halfOpen' || isBoundElsewhere(call) ? onAbort : onGivenUp
    this.#stopListening = listen(call, (reason) => this.#end(interrupted(reason, call)))
  }

  answered(result: Result | undefined): void {
    if (this.#isOver) return
    if (this.#plan.looksAtAnswers || isToldOf(result)) this.#end(answered(result as Result, this.#call))
    else if (isAborted(this.#call)) this.#end(leftAlone)
    else this.#end(fine)
  }

  threw(error: unknown): void {
    if (!this.#isOver) this.#end(threw(error, this.#call))
  }

  #end(ending: Ending): void {
    this.#isOver = true
    this.#stopListening?.()
    const verdict = ending === fine ? 'success' : this.#judge(ending)
    if (verdict === 'nothing') this.#circuit.giveBack(this.#admittedIn)
    else this.#circuit.record(this.#admittedIn, verdict === 'failure', this.#isSlow(), this.#call.clock)
  }

  #judge(ending: Ending): 'failure' | 'success' | 'nothing' {
    if (ending.outcome === 'cancelled' || isRequestFault(ending)) return 'nothing'
    try {
      if (this.#plan.isFailure(ending, this.#call)) return 'failure'
    } catch (error) {
      // Nobody could catch it: a call may end in the listener of its cancellation.
      if (events.hasSubscribers) {
        const { name } = this.#plan
        events.publish({ type: 'breaker.isFailureFailed', name, operation: this.#call.operation, error })
      }
      return 'nothing'
    }
    // It says nothing of the dependency, which has not been asked.
    return ending.outcome === 'rejected' ? 'nothing' : 'success'
  }

  #isSlow(): boolean {
    const { slowCallMs } = this.#plan
    return slowCallMs < Infinity && this.#call.clock.now() - this.#startedAt > slowCallMs
  }
}

// Listening to a signal costs more than all the rest. A call of a door's with nothing else and no deadline is only ever
// told of a caller who left, and that matters only while a permit is out.
const isBoundElsewhere = (call: Call): boolean => cancellationOf(call) === undefined && call.deadline < Infinity

const fine: Ending = { outcome: 'ok' }
const leftAlone: Ending = { outcome: 'cancelled' }
