import type { McpServer } from '@modelcontextprotocol/server'
import type { Postgres } from 'millrace'
import * as z from 'zod'
import { details } from '../cities.ts'
import { city, cityId, note } from '../shapes.ts'
import { answer, unknownCity } from './result.ts'

const inputSchema = z.object({ id: cityId })

const outputSchema = city.extend({
  rankInCountry: z.int().nullable().describe('By population, 1 is the largest; null when the population is unknown'),
  notes: z.array(note).describe('The latest 50, newest first'),
})

/** `city_details`: all that is known about one city, notes included. */
export function cityDetails(server: McpServer, pool: Postgres): void {
  server.registerTool(
    'city_details',
    {
      title: 'City details',
      description: 'Returns one city with its rank in its country and the notes that were left on it.',
      inputSchema,
      outputSchema,
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    },
    async ({ id }, ctx) => {
      const found = await details(pool, id, ctx)
      return found ? answer({ ...found }) : unknownCity(id)
    },
  )
}
