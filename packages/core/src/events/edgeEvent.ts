/** What the HTTP edge says. Numbers are absolute, at the moment of the event. */
export type EdgeEvent =
  | { readonly type: 'edge.sessionOpened'; readonly sessions: number }
  | {
      readonly type: 'edge.sessionClosed'
      /** Its client took leave, it was idle for too long, it gave way to another, or the edge closes. */
      readonly reason: 'ended' | 'idle' | 'evicted' | 'closed'
      readonly sessions: number
    }
  | {
      readonly type: 'edge.refused'
      /** Of HTTP. */
      readonly status: number
      readonly message: string
      /** The `X-Request-Id` of the request, unless the edge gives none. */
      readonly requestId?: string
    }
  | {
      readonly type: 'edge.failed'
      readonly error: unknown
      /** The `X-Request-Id` of the request, where it was one that failed. */
      readonly requestId?: string
    }
  | {
      readonly type: 'edge.workerReady'
      readonly worker: number
      /** Workers that answer by now. */
      readonly ready: number
    }
  | {
      readonly type: 'edge.workerCrashed'
      readonly worker: number
      readonly code: number | null
      readonly signal: string | null
      /** How long it had said nothing when it was killed for that, in milliseconds. */
      readonly silentMs?: number
      /** When another one is started, in milliseconds. */
      readonly restartMs: number
      readonly ready: number
    }
