import type { McpServer } from '@modelcontextprotocol/server'
import type { Postgres } from 'millrace'
import * as z from 'zod'
import { search } from '../cities.ts'
import { city, country, limit, text } from '../shapes.ts'
import { answer } from './result.ts'

const inputSchema = z.object({
  name: text(100).describe('Name of the city, spelled roughly'),
  country: country.optional(),
  limit,
})

const outputSchema = z.object({
  cities: z
    .array(city.extend({ similarity: z.number().min(0).max(1).describe('Of the names') }))
    .describe('Likeliest first'),
})

/** `search_cities`: from a name, however spelled, to cities and their ids. */
export function searchCities(server: McpServer, pool: Postgres): void {
  server.registerTool(
    'search_cities',
    {
      title: 'Search cities',
      description: 'Finds cities by name. Typing errors, missing accents and parts of names are fine.',
      inputSchema,
      outputSchema,
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    },
    async ({ name, country, limit }, { mcpReq }) =>
      answer({ cities: await search(pool, name, country, limit, mcpReq.signal) }),
  )
}
