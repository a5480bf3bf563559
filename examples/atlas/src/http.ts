import { createServer as createHttpServer } from 'node:http'
import type { RequestListener, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { edge } from 'millrace'
import type { CreateServer } from 'millrace'

const host = '127.0.0.1'
const path = '/mcp'
const drainMs = 2_000
const graceMs = 500

/** A port that listens, and answers as soon as it is given something to serve. */
export interface Listener {
  /** For instance `http://127.0.0.1:3000/mcp`. */
  readonly url: string
  /** Serves what the factory makes to clients of both protocol eras; calls that came earlier are answered now. */
  serve(createServer: CreateServer): void
  /** Takes no more calls, lets those that run finish for up to 2 s, and closes. */
  close(): Promise<void>
}

/**
 * The port that `PORT` names, else 3000; 0 lets the system choose.
 *
 * @throws Error in one sentence when it is not a port.
 */
export function portOf(env: NodeJS.ProcessEnv): number {
  const configured = env['PORT'] || '3000'
  const port = /^\d{1,5}$/.test(configured) ? Number(configured) : Number.NaN
  if (!(port <= 65_535)) throw new Error(`PORT must be a number from 0 to 65535, got ${JSON.stringify(configured)}.`)
  return port
}

/** Where an atlas on this port answers: `http://127.0.0.1:3000/mcp`. */
export function endpoint(port: number): string {
  return `http://${host}:${port}${path}`
}

/**
 * Takes the port, before anything slow is done for it.
 *
 * @throws Error in one sentence when the port cannot be had.
 */
export async function listen(port: number): Promise<Listener> {
  let serve: (handler: RequestListener) => void
  const served = new Promise<RequestListener>((resolve) => (serve = resolve))
  const http = createHttpServer((request, response) => {
    if (request.url?.split('?')[0] !== path) return notFound(response)
    void served.then((handle) => handle(request, response))
  })
  await bound(http, port)
  let closeHandler: () => Promise<void> = async () => {}
  return {
    url: endpoint((http.address() as AddressInfo).port),
    serve(createServer) {
      const endpoint = edge(createServer)
      closeHandler = () => endpoint.close(drainMs)
      serve(endpoint.handler)
    },
    async close() {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()))
      await closeHandler()
      // What is written has to get to its clients.
      await Promise.race([closed, delay(graceMs, undefined, { ref: false })])
      http.closeAllConnections()
      await closed
    },
  }
}

function bound(http: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => reject(new Error(refusal(error, port), { cause: error })))
    http.listen(port, host, resolve)
  })
}

function refusal(error: NodeJS.ErrnoException, port: number): string {
  if (error.code === 'EADDRINUSE')
    return `Port ${port} is in use; set PORT to another one, for instance PORT=${(port % 65_535) + 1}.`
  if (error.code === 'EACCES') return `This user may not listen on port ${port}; set PORT to one above 1023.`
  return `Port ${port} cannot be used: ${error.message}.`
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain' }).end(`The MCP endpoint is ${path}.\n`)
}
