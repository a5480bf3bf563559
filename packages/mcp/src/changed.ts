import type { Call } from '@millrace/core'

/**
 * A copy of what holds an SDK's `signal`, with that of `call` in its place, which is made when it is read.
 *
 * @param fields those of the copy that are found out when they are read; with the signal among them
 */
export const changed = <Holder extends object>(
  holder: Holder,
  call: Call,
  changes: object,
  fields: LazyFields = signalOnly,
): Holder => {
  const copy = Object.assign(fill(Object.defineProperties({}, fields), holder), changes)
  copy[source] = holder
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

/** Fields of a copy, by name. One value for all copies: they then share a hidden class. */
export type LazyFields = { readonly [name: string]: PropertyDescriptor & ThisType<Changed> }

/**
 * A field that is found out when it is read: by `find`, from what the copy was made of and the call it was made for.
 * A getter of its own for each copy would cost twice as much as all the rest.
 */
export const lazy = (
  name: string,
  find: (source: Changed, call: Call, copy: Changed) => unknown,
): LazyFields[string] => ({
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

/** A copy, and what it was made of. */
export interface Changed {
  [calling]?: Call
  [source]?: object
  [key: string | symbol]: unknown
}

const calling: unique symbol = Symbol('call')
const source: unique symbol = Symbol('source')

/** The signal of the call. */
export const lazySignal: LazyFields[string] = lazy('signal', (_, call) => call.signal)

const signalOnly: LazyFields = { signal: lazySignal }
