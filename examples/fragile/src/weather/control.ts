import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { listening } from '../listening.ts'
import type { Listening } from '../listening.ts'
import { moods } from './service.ts'
import type { Mood, WeatherService } from './service.ts'

/** Where the weather service is told what to be like: its own port, as the service may be dead. */
export function control(service: WeatherService, port: number): Promise<Listening> {
  const http = createServer((request, response) => {
    const obey = async () => {
      const wanted = request.method === 'POST' ? (await text(request)).trim() : service.mood
      if (isMood(wanted)) await service.become(wanted)
      response
        .writeHead(isMood(wanted) ? 200 : 400, { 'content-type': 'application/json' })
        .end(`${JSON.stringify(isMood(wanted) ? { mood: service.mood, ...service.seen } : { moods })}\n`)
    }
    obey().catch(() => response.destroy())
  })
  return listening(http, port)
}

function isMood(value: string): value is Mood {
  return moods.some((mood) => mood === value)
}
