/** What has happened in a pool since it was made. */
export interface Tally {
  /** Connections opened. */
  opened: number
  /** Attempts to open one that failed. */
  connectFailures: number
  /** Connections closed, for whatever reason. */
  closed: number
  /** Of these, those that broke. */
  broken: number
  /** Callers that got a connection. */
  granted: number
  /** Of these, those that had to wait. */
  waited: number
  /** How long they waited, all together, in milliseconds. */
  waitedMs: number
  /** Callers that got none in time. */
  exhausted: number
}

export const noTally = (): Tally => ({
  opened: 0,
  connectFailures: 0,
  closed: 0,
  broken: 0,
  granted: 0,
  waited: 0,
  waitedMs: 0,
  exhausted: 0,
})
