import type { Call, Outcome } from '@millrace/core'
import { Histogram } from '../series/histogram.ts'
import { labelOf, other } from '../series/label.ts'
import type { Labels } from '../series/source.ts'

/** How long the calls of one operation took that came to the same. */
export interface Ending {
  readonly outcome: Outcome
  readonly histogram: Histogram
  /** The same object at each scrape. */
  readonly labels: Labels
}

/** What the calls of one operation came to. */
export interface Operation {
  readonly method: string
  readonly operation: string
  readonly endings: { -readonly [Each in Outcome]?: Ending }
  /** For calls of tools: how a tool that did its work is labelled, and one that did not. */
  readonly tool: { readonly success: Labels; readonly error: Labels } | undefined
}

/** The operations that are told apart: a bounded number, whatever callers come up with. */
export class Operations {
  readonly #bounds: readonly number[]
  readonly #maxOperations: number
  /** By what doors call them. */
  readonly #known = new Map<string, Operation>()
  /** By what they are called in labels: two names that can only be written as one are one. */
  readonly #labelled = new Map<string, Operation>()
  readonly #otherTools = operationOf(toolCall, `${toolCall} ${other}`)
  readonly #others = operationOf(other, other)

  constructor(bounds: readonly number[], maxOperations: number) {
    this.#bounds = bounds
    this.#maxOperations = maxOperations
  }

  /** Those that are told apart, then the rest. */
  *entries(): Generator<Operation> {
    yield* this.#labelled.values()
    yield this.#otherTools
    yield this.#others
  }

  histogram(call: Call, outcome: Outcome): Histogram {
    const operation = this.#known.get(call.operation) ?? this.#add(call)
    return (operation.endings[outcome] ?? this.#end(operation, outcome)).histogram
  }

  #add(call: Call): Operation {
    if (this.#known.size >= this.#maxOperations) return call.method === toolCall ? this.#otherTools : this.#others
    const label = labelOf(call.operation)
    const made = this.#labelled.get(label) ?? operationOf(labelOf(call.method), label)
    this.#labelled.set(label, made)
    this.#known.set(call.operation, made)
    return made
  }

  #end(of: Operation, outcome: Outcome): Ending {
    const labels = { method: of.method, operation: of.operation, outcome }
    const ending = { outcome, labels, histogram: new Histogram(this.#bounds) }
    of.endings[outcome] = ending
    return ending
  }
}

const toolCall = 'tools/call'

const operationOf = (method: string, operation: string): Operation => {
  const isTool = operation.startsWith(`${toolCall} `)
  const name = operation.slice(toolCall.length + 1)
  const tool = isTool
    ? { success: { tool_name: name, status: 'success' }, error: { tool_name: name, status: 'error' } }
    : undefined
  return { method, operation, endings: {}, tool }
}
