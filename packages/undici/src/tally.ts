/** What has happened in a pool since it was opened. */
export interface Tally {
  /** Requests that were begun, redirects not counted. */
  requests: number
  /** Of these, those that failed, whatever with. */
  failed: number
  /** Of the failed, those whose call or signal was aborted. */
  cancelled: number
  /** Of the failed, those that took too long. */
  timedOut: number
  /** Of the failed, those that got no turn. */
  exhausted: number
  /** Of the failed, those that the guard refused. */
  blocked: number
  /** Redirects that were followed. */
  redirected: number
  /** Connections that were opened. */
  opened: number
  /** Bytes of bodies that came whole or were streamed, before decompression. */
  receivedBytes: number
}

export const newTally = (): Tally => ({
  requests: 0,
  failed: 0,
  cancelled: 0,
  timedOut: 0,
  exhausted: 0,
  blocked: 0,
  redirected: 0,
  opened: 0,
  receivedBytes: 0,
})
