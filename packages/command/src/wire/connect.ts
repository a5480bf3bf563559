import type { Clock } from '@millrace/core'
import { httpServer } from '../http/httpServer.ts'
import { stdioServer } from '../stdio/stdioServer.ts'
import type { Target } from '../target/target.ts'
import type { Server } from './server.ts'

/** How a server is reached. */
export interface ConnectOptions {
  /** HTTP headers of the user's, names and values in turn. */
  readonly headers: readonly string[]
  /** Revision of the protocol; undefined asks the server, the newest first. */
  readonly revision: string | undefined
  /** How long an answer may take, milliseconds. */
  readonly timeoutMs: number
  readonly clock: Clock
  /** Ends the attempt when it is aborted. */
  readonly stop: AbortSignal
}

/**
 * Reaches a server and agrees on a revision of the protocol.
 *
 * @throws CommandError when it is not there, does not speak MCP, or that was interrupted
 */
export const connect = (target: Target, options: ConnectOptions): Promise<Server> =>
  target.kind === 'http' ? httpServer(target, options) : stdioServer(target, options)
