import { sha256, subscribe } from '@millrace/core'
import type { Clock, Middleware } from '@millrace/core'
import { watchCalls } from '../calls/callWatch.ts'
import type { EndedCall } from '../calls/callWatch.ts'
import { OperationRecord } from './operationRecord.ts'
import { QueueRecords } from './queueRecords.ts'

/** Looks at every call for a while, and at what packages say of it. */
export class Recorder {
  readonly operations: Map<string, OperationRecord> = new Map()
  readonly queues: QueueRecords = new QueueRecords()
  evictions = 0
  readonly #clock: Pick<Clock, 'now'>
  readonly #ends: ReadonlyArray<() => void>

  /** @param look lets calls run through a middleware until what it returns is called */
  constructor(look: (looker: Middleware) => () => void, clock: Pick<Clock, 'now'>) {
    this.#clock = clock
    this.#ends = [
      watchCalls(look, clock, { ended: (call) => this.#note(call) }),
      subscribe('queue', (event) => this.queues.note(event)),
      subscribe('cache', ({ type }) => (this.evictions += Number(type === 'cache.evicted'))),
    ]
  }

  end(): void {
    for (const end of this.#ends) end()
  }

  /** All operations, the ones that took most time first. */
  all(): readonly OperationRecord[] {
    return [...this.operations.values()].toSorted((a, b) => b.totalMs - a.totalMs)
  }

  #note({ call, record, outcome, result, tookMs }: EndedCall): void {
    const operation = this.#operation(call.operation)
    const isFine = outcome === 'ok'
    operation.add(record, tookMs, !isFine && outcome !== 'inputRequired')
    if (record.cache !== undefined && record.cache !== 'miss') return
    const loads = record.cache === 'miss' ? operation.loaded : operation.asked
    const at = this.#clock.now()
    loads.add(hash([call.operation, call.principal, call.input]), isFine ? hash(result) : undefined, at, tookMs)
  }

  #operation(name: string): OperationRecord {
    const label = this.operations.has(name) || this.operations.size < maxOperations ? name : other
    const known = this.operations.get(label)
    if (known !== undefined) return known
    const made = new OperationRecord(label)
    this.operations.set(label, made)
    return made
  }
}

const other = '(other)'

const hash = (value: unknown): string => sha256(written(value))

const written = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    // What cannot be written down is like nothing else.
    return String(Math.random())
  }
}

const maxOperations = 1000
