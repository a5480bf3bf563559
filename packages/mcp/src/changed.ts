import type { Call } from '@millrace/core'

/**
 * A copy of what holds an SDK's `signal`, with that of `call` in its place, which is made when it is read.
 *
 * @param define puts the fields there that are found out when they are read, the signal among them
 */
export const changed = <Holder extends object>(
  holder: Holder,
  call: Call,
  changes: object,
  define: Define = signalOnly,
): Holder => {
  const copy = Object.assign(fill(define({}, holder), holder), changes)
  copy[calling] = call
  return copy as Holder
}

/** A copy of what holds a signal, which is to be among the changes: its own is not made by copying it. */
export const copyOf = <Holder extends object>(
  holder: Holder,
  changes: { readonly signal: AbortSignal; readonly [field: string]: unknown },
): Holder => Object.assign(fill({ signal: undefined }, holder), changes) as Holder

/** Whether it is such a copy, or was made of one by spreading. */
export const isChanged = (holder: object): boolean => Object.hasOwn(holder, calling)

/** Begins a copy. The same fields in the same order for all copies: they then share a hidden class. */
export type Define = (copy: Changed, holder: object) => Changed

/** Begins a copy with fields of these names that are read through to what it is made of. */
export const reading =
  (fields: ReadonlyArray<readonly [name: string, field: Field]>): Define =>
  (copy, holder) => {
    for (const [name, field] of fields) Object.defineProperty(copy, name, field)
    copy[source] = holder
    return copy
  }

/**
 * A field that is found out when it is read: by `find`, from what the copy was made of and the call it was made for.
 * A getter of its own for each copy would cost twice as much as all the rest.
 */
export const lazy = (name: string, find: (source: Changed, call: Call, copy: Changed) => unknown): Field => ({
  enumerable: true,
  configurable: true,
  get() {
    const call = this[calling]
    return call === undefined ? undefined : find(this[source] as Changed, call, this)
  },
  set(value: unknown) {
    // What comes before the call is the SDK's own, copied.
    if (calling in this) Object.defineProperty(this, name, { value, writable: true, enumerable: true })
  },
})

const fill = (copy: Changed, holder: object): Changed => {
  if (!isChanged(holder)) return Object.assign(copy, holder)
  for (const key of Reflect.ownKeys(holder)) if (!Object.hasOwn(copy, key)) copy[key] = (holder as Changed)[key]
  return copy
}

/** A field that is the same for all copies. */
export type Field = PropertyDescriptor & ThisType<Changed>

/** A copy, and what it was made of. */
export interface Changed {
  [calling]?: Call
  [source]?: object
  [key: string | symbol]: unknown
}

const calling: unique symbol = Symbol('call')
const source: unique symbol = Symbol('source')

/** The signal of the call. */
export const lazySignal: Field = lazy('signal', (_, call) => call.signal)

const signalOnly: Define = (copy) => Object.defineProperty(copy, 'signal', lazySignal)
