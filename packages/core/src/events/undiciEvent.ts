/** What every event of an HTTP pool says of the origin it is about. */
export interface UndiciNumbers {
  /** The pool's name. */
  readonly pool: string
  /** `https://api.example.com`. When callers choose the URLs there may be any number of them: no metric label. */
  readonly origin: string
}

/** What HTTP pools say while they work. */
export type UndiciEvent =
  | (UndiciNumbers & { readonly type: 'undici.connected' })
  | (UndiciNumbers & { readonly type: 'undici.disconnected'; readonly error: unknown })
  | (UndiciNumbers & { readonly type: 'undici.connectFailed'; readonly error: unknown })
  | (UndiciNumbers & {
      /** A request was not sent: too many wait, or it has waited for as long as requests may. */
      readonly type: 'undici.exhausted'
      readonly reason: 'full' | 'waited'
      /** Requests to this origin that run. */
      readonly active: number
      /** Requests to this origin that wait. */
      readonly waiting: number
    })
  | (UndiciNumbers & {
      /** A request was not sent: the guard has a rule against its URL. The origin is empty when it was no URL. */
      readonly type: 'undici.blocked'
      readonly error: unknown
    })
  | (UndiciNumbers & { readonly type: 'undici.redirected'; readonly status: number; readonly to: string })
  | (UndiciNumbers & {
      /** A request has ended, redirects and all. */
      readonly type: 'undici.request'
      readonly method: string
      /** The status of the last answer; undefined when none came. */
      readonly status: number | undefined
      readonly tookMs: number
      /** What it failed with; undefined when it went well. */
      readonly error: unknown
    })
