import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that has its port. */
export interface Listening {
  /** For instance `http://127.0.0.1:3100`. */
  readonly url: string
  /** Hangs up on everybody and leaves the port. */
  close(): Promise<void>
}

/**
 * Takes a port of this machine; 0 lets the system choose.
 *
 * @throws Error in one sentence when the port cannot be had.
 */
export function listening(http: Server, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) =>
      reject(new Error(`Port ${port} cannot be used (${error.code}); set PORT to another one.`, { cause: error }))
    http.once('error', refuse)
    http.listen(port, '127.0.0.1', () => {
      http.off('error', refuse)
      resolve({
        url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
        close: () =>
          new Promise((closed) => {
            http.close(() => closed())
            http.closeAllConnections()
          }),
      })
    })
  })
}
