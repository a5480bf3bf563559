import type { IncomingHttpHeaders } from 'node:http'
import type { Answer } from './answer.ts'

/** What is asked: a request here, or one that has come to the supervisor of this process. */
export interface Asked {
  readonly url?: string | undefined
  readonly headers: IncomingHttpHeaders
  /** Says when whoever asked has gone. */
  readonly socket: {
    readonly destroyed: boolean
    once(event: 'close', listener: () => void): unknown
    removeListener(event: 'close', listener: () => void): unknown
  }
}

/** One path of the listener. */
export interface Route {
  /** For instance `/metrics`; its query does not count. */
  readonly path: string
  /** A GET is answered to HEAD as well. @default 'GET' */
  readonly method?: 'GET' | 'POST' | undefined
  /**
   * Who may ask. `probe`: who knows the token, and with `openProbes` anybody; `read`: who knows the token, where there is
   * one; `act`: who knows the token, which there has to be, and no page of another site.
   */
  readonly guard: 'probe' | 'read' | 'act'
  /** What it throws becomes a 500 that says so. */
  handle(request: Asked): Answer | Promise<Answer>
}

/** A part of what the listener answers, with a life of its own. */
export interface Part {
  readonly routes: readonly Route[]
  /** Called when the listener listens. */
  open?(): void
  /** Called when it closes. */
  close?(): void
}
