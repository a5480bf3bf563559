/** What a lifespan says while resources start, calls are drained and resources close. */
export type LifespanEvent =
  | { readonly type: 'lifespan.started' | 'lifespan.closed'; readonly resource: string; readonly elapsedMs: number }
  | {
      readonly type: 'lifespan.startFailed' | 'lifespan.closeFailed'
      readonly resource: string
      readonly elapsedMs: number
      readonly error: unknown
    }
  | { readonly type: 'lifespan.ready'; readonly elapsedMs: number }
  | { readonly type: 'lifespan.draining'; readonly running: number; readonly reason: string }
  | {
      readonly type: 'lifespan.drained'
      /** Calls given up because they had not finished in time. */
      readonly abandoned: number
      /** Calls refused since the drain began. */
      readonly refused: number
      readonly elapsedMs: number
    }
  | { readonly type: 'lifespan.stopped'; readonly elapsedMs: number; readonly failures: number }
