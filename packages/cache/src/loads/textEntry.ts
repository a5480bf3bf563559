import type { Entry, Result } from '@millrace/core'
import { treeOf } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'

/** What an entry says beside its result. */
export type About = Omit<Entry, 'result' | 'bytes'>

/**
 * An entry whose result is text until somebody asks for it, which for many nobody does: a text is a single object to the
 * garbage collector, and costs no copying.
 */
export class TextEntry implements Entry {
  readonly storedAt: number
  readonly freshUntil: number
  readonly keptUntil: number
  readonly loadMs: number
  readonly bytes: number
  /** What the tree of its result takes in memory, in bytes. */
  readonly weight: number
  readonly operation: string
  readonly principal?: string | undefined
  readonly target?: string | undefined
  readonly tags: readonly string[]
  #result: Result | string

  constructor(copy: Snapshot, about: About) {
    this.storedAt = about.storedAt
    this.freshUntil = about.freshUntil
    this.keptUntil = about.keptUntil
    this.loadMs = about.loadMs
    this.bytes = copy.bytes
    this.weight = copy.weight
    this.operation = about.operation
    this.principal = about.principal
    this.target = about.target
    this.tags = about.tags
    this.#result = copy.kept
  }

  /** Whether nobody has asked for its result. */
  get isText(): boolean {
    return typeof this.#result === 'string'
  }

  get result(): Result {
    const result = this.#result
    return typeof result === 'string' ? (this.#result = treeOf(result)) : result
  }

  /** For a store that may write it or send it away: the same in fields of its own. */
  toPlain(): Entry {
    const { result, storedAt, freshUntil, keptUntil, loadMs, bytes, operation, principal, target, tags } = this
    return { result, storedAt, freshUntil, keptUntil, loadMs, bytes, operation, principal, target, tags }
  }
}
