import { Pace } from '../limit/pace.ts'
import { Gate } from './gate.ts'

/** Calls that should take about as long as each other: how long they do, and how many of them may run. */
export class CallClass extends Pace {
  /** Open wide, unless calls of the class hang. */
  readonly gate: Gate

  constructor(name: string) {
    super()
    this.gate = new Gate(name, Infinity)
  }
}
