import type { Clock } from '@millrace/core'
import type Pg from 'pg'
import { Connection } from './connection.ts'
import { driver } from './driver.ts'
import { guard } from './guard.ts'

/** How connections are opened. */
export interface Opener {
  readonly clock: Clock
  /** How long it may take. */
  readonly connectMs: number
  readonly cancelMs: number
  /** What `pg.Client` is given. */
  readonly config: Pg.ClientConfig
}

/**
 * Opens a connection.
 *
 * @param onLost called when it breaks
 * @throws what `pg` says when it cannot be opened; what `signal` says when it is aborted
 */
export const open = async (
  { clock, connectMs, cancelMs, config }: Opener,
  signal: AbortSignal,
  onLost: (error: unknown) => void,
): Promise<Connection> => {
  const pg = await driver()
  signal.throwIfAborted()
  const client = new pg.Client(config)
  const connection = new Connection(client, { pg, clock, cancelMs, stream: config.stream })
  client.on('error', (error) => {
    connection.broke(error)
    onLost(error)
  })
  await new Promise<void>((resolve, reject) => {
    const end = (): void => {
      timer.cancel()
      signal.removeEventListener('abort', leave)
    }
    const giveUp = (error: unknown): void => {
      end()
      reject(error)
      connection.cut()
    }
    const leave = (): void => giveUp(signal.reason)
    const timer = clock.after(connectMs, () => giveUp(new Error(`no connection within ${connectMs} ms`)))
    signal.addEventListener('abort', leave)
    client.connect((error: Error | null | undefined) => {
      if (error) return giveUp(error)
      end()
      resolve()
    })
    guard(client)
  })
  return connection
}
