import type { Clock } from '@millrace/core'
import type Pg from 'pg'
import type { Driver } from './driver.ts'

/** What `pg` knows of a connection and its types leave out. */
interface Identity {
  readonly processID: number | null
  readonly secretKey: number | null
  readonly sslNegotiation?: string
}

interface Wire {
  connect(portOrPath: number | string, host?: string): void
  requestSsl(): void
  cancel(processID: number, secretKey: number): void
}

/**
 * Asks the server to cancel whatever runs on a connection, over a connection of its own, as the protocol wants it.
 * (PostgreSQL documentation, "Canceling Requests in Progress".) The server closes that connection when it has passed the
 * request on: from then on it can hit no later query.
 *
 * @param limitMs how long it may take
 * @returns whether the server has dealt with it
 */
export const cancelRequest = (
  pg: Driver,
  client: Pg.Client & Partial<Identity>,
  { clock, limitMs, stream }: { readonly clock: Clock; readonly limitMs: number; readonly stream: unknown },
): Promise<boolean> =>
  new Promise((resolve) => {
    const { processID, secretKey, ssl, host, port, sslNegotiation = 'postgres' } = client
    if (typeof processID !== 'number' || typeof secretKey !== 'number') return resolve(false)
    const wire = new pg.Connection({ ssl, sslNegotiation, stream } as Pg.ClientConfig) as Pg.Connection & Wire
    let isSent = false
    const send = (): void => {
      wire.cancel(processID, secretKey)
      isSent = true
    }
    const end = (isDone: boolean): void => {
      timer.cancel()
      resolve(isDone)
    }
    const timer = clock.after(limitMs, () => {
      wire.stream.destroy()
      end(false)
    })
    wire.on('connect', () => {
      if (!ssl) send()
      else if (sslNegotiation !== 'direct') wire.requestSsl()
    })
    wire.on('sslconnect', send)
    // What the server says after it has the request, it says by hanging up.
    wire.on('error', () => wire.stream.destroy())
    wire.on('end', () => end(isSent))
    if (host.startsWith('/')) wire.connect(`${host}/.s.PGSQL.${port}`)
    else wire.connect(port, host)
  })
