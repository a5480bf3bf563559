/** Where the time of calls went, in milliseconds. No moment counts twice, so that the parts add up to the whole. */
export interface TimeSplit {
  /** Waiting in a queue, or for the turn that a rate limit gives. */
  readonly queueMs: number
  /** In calls that the cache answered. */
  readonly cacheMs: number
  /** In calls that got what another call had loaded meanwhile. */
  readonly joinedMs: number
  /** Waiting for a connection, in the database, and in requests over HTTP. */
  readonly poolWaitMs: number
  readonly databaseMs: number
  readonly httpMs: number
  /** What is left: the handler, threads that work for it, and the SDK around it. */
  readonly handlerMs: number
}

/** All of them together. */
export const addedUp = (splits: Iterable<TimeSplit>): TimeSplit => {
  const sum = { queueMs: 0, cacheMs: 0, joinedMs: 0, poolWaitMs: 0, databaseMs: 0, httpMs: 0, handlerMs: 0 }
  for (const split of splits) for (const part of partsOfTime) sum[part] += split[part]
  return sum
}

export const partsOfTime: ReadonlyArray<keyof TimeSplit> = [
  'queueMs',
  'cacheMs',
  'joinedMs',
  'poolWaitMs',
  'databaseMs',
  'httpMs',
  'handlerMs',
]
