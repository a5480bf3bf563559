import type { Call } from '@millrace/core'

/** A copy of what holds an SDK's `signal`, with that of `call` in its place, which is made when it is read. */
export const changed = <Holder extends object>(holder: Holder, call: Call, changes: object): Holder => {
  const copy = Object.assign(fill(Object.defineProperty({}, 'signal', lazySignal), holder), changes)
  copy[calling] = call
  return copy as Holder
}

/** A copy of what holds a signal, which is to be among the changes: its own is not made by copying it. */
export const copyOf = <Holder extends object>(
  holder: Holder,
  changes: { readonly signal: AbortSignal; readonly [field: string]: unknown },
): Holder => Object.assign(fill({}, holder), changes) as Holder

const fill = (copy: Changed, holder: object): Changed => {
  if (!Object.hasOwn(holder, calling)) return Object.assign(copy, holder)
  for (const key of Reflect.ownKeys(holder)) if (key !== 'signal') copy[key] = (holder as Changed)[key]
  return copy
}

interface Changed {
  [calling]?: Call
  [key: string | symbol]: unknown
}

const calling: unique symbol = Symbol('call')

// One descriptor for all copies, and before anything else, so that they share a hidden class: a getter of its own for
// each would cost twice as much as all the rest.
const lazySignal: PropertyDescriptor & ThisType<Changed> = {
  enumerable: true,
  configurable: true,
  get() {
    return this[calling]?.signal
  },
  set(value: unknown) {
    // What comes before the call is the SDK's own signal, copied.
    if (calling in this) Object.defineProperty(this, 'signal', { value, writable: true, enumerable: true })
  },
}
