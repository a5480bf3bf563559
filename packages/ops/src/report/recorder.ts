import { AsyncLocalStorage } from 'node:async_hooks'
import { outcomeOf, sha256, subscribe } from '@millrace/core'
import type { Call, Middleware, Result } from '@millrace/core'
import { callRecord } from './callRecord.ts'
import type { CallRecord } from './callRecord.ts'
import { OperationRecord } from './operationRecord.ts'
import { QueueRecords } from './queueRecords.ts'

/** Looks at every call for a while, and at what packages say of it. */
export class Recorder {
  readonly operations: Map<string, OperationRecord> = new Map()
  readonly queues: QueueRecords = new QueueRecords()
  evictions = 0
  readonly #current = new AsyncLocalStorage<CallRecord>()
  readonly #ends: ReadonlyArray<() => void>

  /** @param look lets calls run through a middleware until what it returns is called */
  constructor(look: (looker: Middleware) => () => void) {
    this.#ends = [look(this.#look), ...this.#listen()]
  }

  end(): void {
    for (const end of this.#ends) end()
  }

  /** All operations, the ones that took most time first. */
  all(): readonly OperationRecord[] {
    return [...this.operations.values()].toSorted((a, b) => b.totalMs - a.totalMs)
  }

  readonly #look: Middleware = async (call, next) => {
    const record = callRecord(call.operation)
    const startedAt = performance.now()
    let result: Result | undefined
    try {
      result = await this.#current.run(record, () => next(call))
      return result
    } finally {
      this.#note(call, record, result, performance.now() - startedAt)
    }
  }

  #note(call: Call, record: CallRecord, result: Result | undefined, tookMs: number): void {
    const operation = this.#operation(call.operation)
    const outcome = result === undefined ? 'failed' : outcomeOf(result, call)
    const isFine = outcome === 'ok'
    operation.add(record, tookMs, !isFine && outcome !== 'inputRequired')
    if (record.cache !== undefined && record.cache !== 'miss') return
    const loads = record.cache === 'miss' ? operation.loaded : operation.asked
    const at = performance.now()
    loads.add(hash([call.principal, call.input]), isFine ? hash(result) : undefined, at, tookMs)
  }

  #operation(name: string): OperationRecord {
    const known = this.operations.get(name)
    if (known !== undefined) return known
    const made = new OperationRecord(this.operations.size < maxOperations ? name : '(other)')
    if (this.operations.size < maxOperations) this.operations.set(name, made)
    return made
  }

  #listen(): Array<() => void> {
    const store = this.#current
    return [
      subscribe('cache', (event) => {
        if (event.type === 'cache.evicted') this.evictions += 1
        const record = store.getStore()
        if (record === undefined) return
        if (event.type === 'cache.hit') record.cache = 'hit'
        else if (event.type === 'cache.stale') record.cache = 'stale'
        else if (event.type === 'cache.miss') record.cache = event.isShared ? 'joined' : 'miss'
        else if (event.type === 'cache.bypassed') record.cache ??= 'bypassed'
      }),
      subscribe('queue', (event) => {
        this.queues.note(event)
        // Whoever frees a slot starts the next call, so the call that is current may be another's.
        if (event.type === 'queue.started') this.#operation(event.operation).queueMs += event.waitMs
      }),
      subscribe('pg', (event) => {
        const record = store.getStore()
        if (event.type !== 'pg.query' || record === undefined) return
        record.poolWaitMs += event.waitMs
        record.databaseMs += event.tookMs
      }),
      subscribe('undici', (event) => {
        const record = store.getStore()
        if (event.type === 'undici.request' && record !== undefined) record.httpMs += event.tookMs
      }),
    ]
  }
}

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
