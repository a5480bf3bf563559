import { checkOptions, func, integer, kindOf, text } from '@millrace/core'
import type { Result } from '@millrace/core'
import { goneReason, isGone } from '../caller.ts'
import { ItemError } from './itemError.ts'
import type { OutputOf, Schema } from './standardSchema.ts'
import { validated } from './validation.ts'
import type { ItemIssue } from './validation.ts'

/** What the work on the items gets beside them. */
export interface BatchToolContext<Transaction, Context> {
  /** What the transaction hook gave; undefined without one. */
  readonly transaction: Transaction
  /** The `extra` or `ctx` of the handler. */
  readonly context: Context
}

interface CommonOptions<Item extends Schema, Value, Transaction, Name extends string> {
  /** What each item has to be: a schema of zod, valibot, arktype, or any other that is a Standard Schema. */
  readonly item: Item
  /** The argument of the tool that holds the items. @default 'items' */
  readonly items?: Name | undefined
  /** Items in one call, from 1. @default 100 */
  readonly maxItems?: number | undefined
  /**
   * Everything or nothing: runs what it is given inside one transaction, commits when that succeeds, rolls back and
   * throws when it fails. It may run it again. @default no transaction
   */
  readonly transaction?: ((run: (transaction: Transaction) => Promise<void>) => Promise<unknown>) | undefined
  /** The tool's answer. @default `{ results }` as structured content, and as text */
  readonly answer?: ((results: readonly Value[], items: ReadonlyArray<OutputOf<Item>>) => Result) | undefined
}

/** Options of `batchTool`: what an item is, and the work, on each item or on all of them. */
export type BatchToolOptions<
  Item extends Schema,
  Value,
  Transaction = undefined,
  Context = unknown,
  Name extends string = 'items',
> = CommonOptions<Item, Value, Transaction, Name> &
  (
    | {
        /** Works on one item after the other; one that throws is named by its index, and ends the work. */
        readonly each: (
          item: OutputOf<Item>,
          context: BatchToolContext<Transaction, Context> & { readonly index: number },
        ) => Promise<Value> | Value
        readonly all?: undefined
      }
    | {
        /** Works on all items at once and gives an array, of whatever length, for `answer`. To name an item that is at fault, throw an `ItemError`. */
        readonly all: (
          items: ReadonlyArray<OutputOf<Item>>,
          context: BatchToolContext<Transaction, Context>,
        ) => Promise<readonly Value[]> | readonly Value[]
        readonly each?: undefined
      }
  )

/**
 * A handler for a tool that takes many items. It validates all of them before it does anything; if one is wrong the
 * answer is an `isError` result that names each mistake by the index of its item, and nothing is written. Then it does
 * the work, inside one transaction when there is a hook for that.
 *
 * @returns the handler, for `registerTool` of either SDK. It throws an ItemError for the item that failed, with the
 *   error as its cause; what the transaction hook throws; the reason of the cancellation when the caller goes in between
 * @throws TypeError when an option makes no sense
 */
export const batchTool = <
  Item extends Schema,
  Value,
  Transaction = undefined,
  Context = unknown,
  const Name extends string = 'items',
>(
  options: BatchToolOptions<Item, Value, Transaction, Context, Name>,
): ((args: { readonly [Field in Name]: readonly unknown[] }, context: Context) => Promise<BatchToolResult>) => {
  check(options)
  const { item, items: name = 'items' as Name, maxItems = 100, answer = answerOf, transaction = none } = options
  return async (args, context) => {
    const given: unknown = (args as { readonly [name: string]: unknown } | undefined)?.[name]
    if (!Array.isArray(given)) return refusal(`${name} must be an array of items.`)
    if (given.length === 0 || given.length > maxItems)
      return refusal(`${name} must hold 1 to ${maxItems} items, got ${given.length}. Nothing was done.`)
    const checked = await validated(item, given)
    if (checked.issues !== undefined) return invalid(name, given.length, checked.issues)
    const { items } = checked
    let results: readonly Value[] | undefined
    let failure: { readonly error: unknown } | undefined
    await transaction(async (value) => {
      results = undefined
      try {
        results = await work(options, name, items, { transaction: value, context })
        failure = undefined
      } catch (error) {
        failure = { error }
        throw error
      }
    })
    // A hook that hides a failure has rolled back: to say that all went well would be a lie.
    if (failure !== undefined) throw failure.error
    if (results === undefined)
      throw new TypeError('batchTool.transaction must run the function that it is given, and wait for it')
    return answer(results, items) as BatchToolResult
  }
}

/** A tool's result as the SDKs type it. */
export interface BatchToolResult {
  [key: string]: unknown
  content: Array<{ type: 'text'; text: string }>
  structuredContent?: { [key: string]: unknown }
  isError?: boolean
}

const work = async <Item extends Schema, Value, Transaction, Context, Name extends string>(
  { each, all }: BatchToolOptions<Item, Value, Transaction, Context, Name>,
  name: string,
  items: ReadonlyArray<OutputOf<Item>>,
  context: BatchToolContext<Transaction, Context>,
): Promise<readonly Value[]> => {
  const caller = context.context !== null && typeof context.context === 'object' ? context.context : undefined
  if (isGone(caller)) throw goneReason(caller)
  if (all !== undefined) {
    const results: unknown = await all(items, context)
    if (!Array.isArray(results))
      throw new TypeError(`batchTool.all must give an array of results, got ${kindOf(results)}`)
    return results as readonly Value[]
  }
  const results: Value[] = []
  for (const [index, item] of items.entries()) {
    if (isGone(caller)) throw goneReason(caller)
    try {
      results.push(await each(item, { ...context, index }))
    } catch (error) {
      throw error instanceof ItemError ? error : new ItemError(index, messageOf(error), { cause: error, name })
    }
  }
  return results
}

const check = (options: object): void => {
  checkOptions('batchTool', options, checks)
  const { item, each, all } = options as { readonly item?: unknown; readonly each?: unknown; readonly all?: unknown }
  if (item === undefined) throw new TypeError('batchTool.item must be a Standard Schema, got undefined')
  if ((each === undefined) === (all === undefined))
    throw new TypeError('batchTool: give either each, for one item after the other, or all, for all at once')
}

const maxNamed = 20

const invalid = (name: string, count: number, issues: readonly ItemIssue[]): BatchToolResult => {
  const wrong = new Set(issues.map(({ index }) => index)).size
  const lines = issues
    .slice(0, maxNamed)
    .map(({ index, path, message }) => `${name}[${index}]${path === '' ? '' : `.${path}`}: ${message}`)
  if (issues.length > maxNamed) lines.push(`and ${issues.length - maxNamed} more`)
  const head = `Nothing was done: ${wrong} of ${count} items ${wrong === 1 ? 'is' : 'are'} not right.`
  return { ...refusal([head, ...lines].join('\n')), structuredContent: { issues: issues.slice(0, maxNamed) } }
}

const refusal = (sentence: string): BatchToolResult => ({
  content: [{ type: 'text', text: sentence }],
  isError: true,
})

const answerOf = (results: readonly unknown[]): Result => ({
  content: [{ type: 'text', text: JSON.stringify({ results }) }],
  structuredContent: { results },
})

const none = async (run: (transaction: never) => Promise<void>): Promise<void> => run(undefined as never)

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const checks = {
  item: (value: unknown) =>
    typeof (value as { readonly '~standard'?: { readonly validate?: unknown } } | null)?.['~standard']?.validate ===
    'function'
      ? undefined
      : 'a Standard Schema',
  items: text,
  maxItems: integer({ min: 1 }),
  transaction: func,
  answer: func,
  each: func,
  all: func,
}
