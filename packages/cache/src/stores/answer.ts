import type { Entry, Lease, Leased, StoreStats } from '@millrace/core'

/** Whether it has to be waited for. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  value instanceof Promise || typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function'

/** What others call a promise as one of the language: theirs may come to another that never ends. */
export const settled = <Value>(value: Value | PromiseLike<Value>): Promise<Value> =>
  value instanceof Promise
    ? value
    : new Promise((resolve) => {
        resolve(value)
      })

/** Whether a store has taken an entry, or that it may not any more; undefined for anything else. */
export const takenOf = (answer: unknown): boolean | 'over' | undefined =>
  typeof answer === 'boolean' || answer === 'over' ? answer : undefined

/** Whether there was something to drop. */
export const isGone = (answer: unknown): boolean | undefined => (typeof answer === 'boolean' ? answer : undefined)

export const nothing = (): void => {}

export const numberOf = (value: unknown): number => (Number.isFinite(value) ? (value as number) : 0)

export const statsOf = ({ entries, bytes, evictions, expirations }: Partial<StoreStats>): StoreStats => ({
  entries: numberOf(entries),
  bytes: numberOf(bytes),
  evictions: numberOf(evictions),
  expirations: numberOf(expirations),
})

/**
 * What a store says about a lease, with the entry read; undefined when there is none to be had, and nothing to wait for.
 *
 * @throws TypeError when it is nothing of the kind
 */
export const leasedOf = (answer: unknown, read: (entry: unknown) => Entry | undefined): Leased | undefined => {
  if (answer === undefined) return undefined
  const { state, lease, entry } = (answer ?? {}) as { readonly [name: string]: unknown }
  if (state === 'taken') return { state }
  if (state === 'granted' && isLease(lease)) return { state, lease }
  if (state === 'free') return { state }
  if (state === 'stored') {
    const found = read(entry)
    return found === undefined ? undefined : { state, entry: found }
  }
  throw new TypeError('the store gave something else than a lease')
}

const isLease = (value: unknown): value is Lease => {
  const { renew, set, release, renewMs } = (value ?? {}) as Partial<Lease>
  return [renew, set, release].every((one) => typeof one === 'function') && (renewMs as number) > 0
}
