import type { McpServer } from '@modelcontextprotocol/server'
import type { Postgres } from 'millrace'
import * as z from 'zod'
import { populationStats as compute } from '../population.ts'
import { city, country, latitude, longitude } from '../shapes.ts'
import { answer, refusal } from './result.ts'

const box = z
  .object({ south: latitude, west: longitude, north: latitude, east: longitude })
  .refine(({ south, north }) => south <= north, 'south must not lie north of north')
  .describe('Degrees; west greater than east means a box across the antimeridian')

const inputSchema = z
  .object({ country: country.optional(), box: box.optional() })
  .refine(({ country, box }) => (country === undefined) !== (box === undefined), 'give either a country or a box')

const outputSchema = z.object({
  cities: z.int().describe('Cities whose population is known, without sections of cities and former places'),
  total: z.number(),
  mean: z.number(),
  median: z.number(),
  percentiles: z.object({ p10: z.number(), p25: z.number(), p75: z.number(), p90: z.number(), p99: z.number() }),
  gini: z.number().describe('0: all cities are of one size; towards 1: everybody lives in one'),
  rankSizeSlope: z.number().nullable().describe("Of log population over log rank; Zipf's law says about -1"),
  largest: z.array(city.pick({ id: true, name: true, country: true, population: true })).describe('Up to five'),
})

/** `population_stats`: how people are spread over the cities of a country or a box; the expensive one. */
export function populationStats(server: McpServer, pool: Postgres): void {
  server.registerTool(
    'population_stats',
    {
      title: 'Population statistics',
      description: 'Computes statistics over the populations of all cities of a country, or of a box on the map.',
      inputSchema,
      outputSchema,
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    },
    async ({ country, box }, { mcpReq }) => {
      const area = box === undefined ? { country: country ?? '' } : { box }
      const stats = await compute(pool, area, mcpReq.signal)
      return stats ? answer({ ...stats }) : refusal('No city of known population lies there.')
    },
  )
}
