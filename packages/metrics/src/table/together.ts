/**
 * How the numbers of several processes become one: added up, the largest, the smallest; those of a `tier` of a cache added
 * up unless it is one that all of them share; each `worker` by itself, with a label; what the `supervisor` says, who sees
 * them all; a `ratio`, which is made of numbers that have been added up.
 */
export type Together = 'sum' | 'max' | 'min' | 'tier' | 'worker' | 'supervisor' | 'ratio'

/** The same in the words of prom-client's own `AggregatorRegistry`, as far as it has them. */
export const aggregators: { readonly [Rule in Together]: 'sum' | 'max' | 'min' | 'average' | 'first' } = {
  sum: 'sum',
  max: 'max',
  min: 'min',
  tier: 'sum',
  worker: 'average',
  supervisor: 'first',
  ratio: 'average',
}
