import type { McpServer } from '@modelcontextprotocol/server'
import type { Postgres } from 'millrace'
import * as z from 'zod'
import { nearest } from '../cities.ts'
import { city, latitude, limit, longitude } from '../shapes.ts'
import { answer } from './result.ts'

const inputSchema = z.object({
  lat: latitude.describe('Degrees, north is positive'),
  lon: longitude.describe('Degrees, east is positive'),
  limit,
  minPopulation: z.int().min(0).max(50_000_000).default(0).describe('Leaves out smaller cities'),
})

const outputSchema = z.object({
  cities: z.array(city.extend({ distanceKm: z.number().min(0) })).describe('Nearest first, by great-circle distance'),
})

/** `nearest_cities`: the cities around a point of the globe. */
export function nearestCities(server: McpServer, pool: Postgres): void {
  server.registerTool(
    'nearest_cities',
    {
      title: 'Nearest cities',
      description: 'Lists the cities nearest to a point, with their great-circle distances in kilometres.',
      inputSchema,
      outputSchema,
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    },
    async ({ lat, lon, limit, minPopulation }, { mcpReq }) =>
      answer({ cities: await nearest(pool, lat, lon, limit, minPopulation, mcpReq.signal) }),
  )
}
