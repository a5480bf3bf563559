import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { listening } from '../listening.ts'
import type { Listening } from '../listening.ts'

/**
 * What the weather service is like: `healthy`; `slow`, it answers after `slowMs`; `tail`, every tenth answer takes that
 * long; `hung`, it takes requests and never answers; `flapping`, it drops every second connection; `dead`, nothing
 * listens at its port.
 */
export const moods = ['healthy', 'slow', 'tail', 'hung', 'flapping', 'dead'] as const
export type Mood = (typeof moods)[number]

/** The dependency of this example: an HTTP API that does as it is told. */
export interface WeatherService {
  /** For instance `http://127.0.0.1:3101`. */
  readonly url: string
  readonly mood: Mood
  /** Requests that have reached it, and those of them whose caller did not wait for the answer. */
  readonly seen: { requests: number; abandoned: number }
  /** Resolves when it has become so. */
  become(mood: Mood): Promise<void>
  close(): Promise<void>
}

/** Starts it. @param slowMs how long an answer takes when it is slow */
export async function weatherService(port: number, slowMs = 2500): Promise<WeatherService> {
  let mood: Mood = 'healthy'
  const seen = { requests: 0, abandoned: 0 }
  const http = createServer((request, response) => {
    seen.requests += 1
    response.on('close', () => (seen.abandoned += response.writableFinished ? 0 : 1))
    if (mood === 'flapping' && seen.requests % 2 === 0) request.socket.destroy()
    else if (mood === 'slow' || (mood === 'tail' && seen.requests % 10 === 0))
      void delay(slowMs).then(() => answer(request, response))
    else if (mood !== 'hung') answer(request, response)
  })
  let listener: Listening | undefined = await listening(http, port)
  const { url } = listener
  const stop = async () => {
    await listener?.close()
    listener = undefined
  }
  return {
    url,
    get mood() {
      return mood
    },
    seen,
    async become(next) {
      mood = next
      if (next === 'dead') await stop()
      else listener ??= await listening(http, Number(new URL(url).port))
    },
    close: stop,
  }
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://weather')
  const body = bodyOf(request.method ?? 'GET', pathname, searchParams)
  response
    .writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
    .end(JSON.stringify(body ?? { error: 'There is no such thing.' }))
}

function bodyOf(method: string, path: string, query: URLSearchParams): unknown {
  const city = query.get('city') ?? ''
  if (path === '/forecast') return { city, celsius: 5 + (city.length % 20), madeAt: new Date().toISOString() }
  if (path === '/stations') return { stations: stations.map((name, id) => ({ id, name })) }
  if (path === '/reports' && method === 'POST') return { received: true }
  return undefined
}

const stations = Array.from({ length: 500 }, (_, index) => `Station ${index + 1}`)
