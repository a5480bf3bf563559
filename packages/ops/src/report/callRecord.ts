/** What a call has spent its time on, in milliseconds, and what the cache said. */
export interface CallRecord {
  readonly operation: string
  poolWaitMs: number
  databaseMs: number
  httpMs: number
  cache: 'hit' | 'stale' | 'miss' | 'joined' | 'bypassed' | undefined
}

export const callRecord = (operation: string): CallRecord => ({
  operation,
  poolWaitMs: 0,
  databaseMs: 0,
  httpMs: 0,
  cache: undefined,
})
