import type { Next } from '@millrace/core'
import type { StoredHandler } from './internals.ts'
import type { ListMemo } from './listMemo.ts'
import type { Handling } from './terminal.ts'

/** What stands in the SDK's table in a handler's place. */
export interface Around extends StoredHandler {
  [inside]?: Wrapped
}

/** Where a function that stands in the table keeps what it stands for. */
export const inside: unique symbol = Symbol('inside')

/** What a function stands for that `table` has put into the SDK's; undefined for any other. */
export const insideOf = (table: object, handler: Around): Wrapped | undefined => {
  const wrapped = handler[inside]
  return wrapped?.table === table ? wrapped : undefined
}

/** A handler of the SDK's table with what was made of it. */
export interface Wrapped {
  readonly table: object
  readonly handler: StoredHandler
  /** Whether the SDK installed the handler while registering something. */
  readonly isOwn: boolean
  composed: Composed | undefined
}

/** What runs when a handler is called. */
export interface Composed {
  /** The handler with the chain around it. */
  readonly run: Next
  /** What remembers the list, for a list method of the SDK's own. */
  readonly memo: ListMemo | undefined
  readonly handling: Handling
  /** Which of the server's chains it was composed of. */
  readonly generation: number
}
