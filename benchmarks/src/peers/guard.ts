import type { Middleware, Result } from '@millrace/core'
import type { Sampling } from '../case.ts'

/** What is guarded. */
export type Handler = () => Promise<Result>

/** One way to guard a handler. */
export interface Guard {
  readonly name: string
  /** How it is set up. */
  readonly note?: string
  /** Where it is too slow to be run as often as the others. */
  readonly sampling?: Partial<Sampling>
  /** Gives the guarded handler, which takes what `prepare` makes. */
  open(handler: Handler): Promise<Guarded>
}

/** A handler with something around it. */
export interface Guarded {
  /** What a caller has in hand; made anew for each call and not measured. */
  readonly prepare?: () => unknown
  run(prepared: never): Promise<unknown>
}

/** A middleware of ours, given calls as a door makes them. */
export const ours = (
  name: string,
  load: () => Promise<Middleware>,
  { note, isRead = true }: { readonly note?: string; readonly isRead?: boolean } = {},
): Guard => ({
  name,
  ...(note === undefined ? {} : { note }),
  open: async (handler) => {
    const { fakeCall } = await import('@millrace/core/testing')
    const middleware = await load()
    const traits = { readOnly: isRead }
    return {
      prepare: () => fakeCall({ target: 'search', operation, traits }),
      run: (call) => middleware(call, handler),
    }
  },
})

// Doors give the calls of a tool the same string each time, so that its hash is known.
const operation = 'tools/call search'
