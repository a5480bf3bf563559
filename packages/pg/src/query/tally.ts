/** What has become of queries. */
export interface QueryTally {
  /** Queries that were started. */
  started: number
  /** Of these, those that failed. */
  failed: number
  /** Of these, those that took too long. */
  timedOut: number
  /** Queries that were cancelled on the server. */
  cancelled: number
}
