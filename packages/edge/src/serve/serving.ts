import type { EdgeStats } from '../endpoint.ts'
import type { Notifier } from '../handover/modern.ts'

/** A server that listens. */
export interface Serving {
  /** Where it is. */
  readonly url: URL
  /** Whether requests are wanted: everything has started and nothing closes. What a readiness probe asks. */
  readonly isReady: boolean
  /** Tells subscribers of every process what has changed, and has servers made anew. */
  readonly notify: Notifier
  /** What is going on at present, added up over all processes. */
  stats(): Promise<ServingStats>
  /** Listens no more, lets answers under way finish within `drainMs`, and stops what the server leans on. */
  close(): Promise<void>
  /** Resolves when it has closed, however that came; it never rejects. */
  readonly closed: Promise<void>
}

/** What is going on at a server. */
export interface ServingStats extends EdgeStats {
  /** Processes that answer. */
  readonly workers: number
}
