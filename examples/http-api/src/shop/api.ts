import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * What the API is like: `well`, it takes 20 ms; `slow`, every tenth answer takes a second; `failing`, every third request
 * gets 503 and is told to come back; `down`, every one does.
 */
export const moods = ['well', 'slow', 'failing', 'down'] as const
export type Mood = (typeof moods)[number]

/** A shop with an HTTP API, which does as it is told. */
export interface Shop {
  /** For instance `http://127.0.0.1:3501`. */
  readonly url: string
  mood: Mood
  /** Requests that it has had, and the connections that they came by. */
  readonly seen: { requests: number; connections: number }
  close(): Promise<void>
}

/**
 * Starts it.
 *
 * @throws Error in one sentence when the port cannot be had.
 */
export async function shop(port: number): Promise<Shop> {
  const stock = new Map<string, number>()
  const seen = { requests: 0, connections: 0 }
  const here: { mood: Mood } = { mood: 'well' }
  const http = createServer((request, response) => {
    seen.requests += 1
    void answer(request, response, seen.requests)
  })
  http.on('connection', () => (seen.connections += 1))

  const answer = async (request: IncomingMessage, response: ServerResponse, count: number): Promise<void> => {
    const isFailing = here.mood === 'down' || (here.mood === 'failing' && count % 3 === 0)
    await delay(here.mood === 'slow' && count % 10 === 0 ? 1_000 : 20)
    if (isFailing) return void response.writeHead(503, { 'retry-after': '0' }).end()
    const [, what, id = ''] = (request.url ?? '').split('/')
    const left = stock.get(id) ?? 100
    if (what === 'orders') stock.set(id, left - 1)
    const body = what === 'mood' ? mood(id) : { id: Number(id), name: `Product ${id}`, left: stock.get(id) ?? left }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  const mood = (wanted: string) => {
    here.mood = moods.find((one) => one === wanted) ?? here.mood
    return { mood: here.mood, moods, ...seen }
  }

  await new Promise<void>((resolve, reject) => {
    http.once('error', ({ code }: NodeJS.ErrnoException) =>
      reject(new Error(`Port ${port} cannot be used (${code}); set PORT to another one.`)),
    )
    http.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    seen,
    get mood() {
      return here.mood
    },
    set mood(next) {
      here.mood = next
    },
    close: () =>
      new Promise((closed) => {
        http.close(() => closed())
        http.closeAllConnections()
      }),
  }
}
