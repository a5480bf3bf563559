import type { Collection } from './collection.ts'

/** Says what a value of `metrics()` counts with, for what else this package makes of its numbers. */
export const collectionOf = (metrics: unknown): Collection | undefined => known.get(metrics as object)

/** Remembers it, for as long as the value lives. */
export const remember = (metrics: object, collection: Collection): void => void known.set(metrics, collection)

const known = new WeakMap<object, Collection>()
