import { completable } from '@modelcontextprotocol/server'
import type { GetPromptResult, McpServer } from '@modelcontextprotocol/server'
import type { Postgres } from 'millrace'
import * as z from 'zod'
import { search } from './cities.ts'
import type { City } from './shapes.ts'
import { text } from './shapes.ts'

const suggested = 10

/** `compare_cities`: asks for a comparison of two cities, with what the atlas knows about both. */
export function compareCities(server: McpServer, pool: Postgres): void {
  const name = completable(text(100).describe('Name of a city'), async (value) => {
    const found = value.trim() === '' ? [] : await search(pool, value, undefined, suggested)
    return [...new Set(found.map(({ name }) => name))]
  })
  server.registerPrompt(
    'compare_cities',
    {
      title: 'Compare two cities',
      description: 'Asks for a comparison of two cities, starting from what the atlas knows about them.',
      argsSchema: z.object({ first: name, second: name }),
    },
    async ({ first, second }) => {
      const found = await Promise.all([likeliest(pool, first), likeliest(pool, second)])
      return comparison(found)
    },
  )
}

async function likeliest(pool: Postgres, name: string): Promise<City> {
  const [found] = await search(pool, name, undefined, 1)
  if (!found) throw new Error(`No city is called anything like "${name}".`)
  const { similarity: _, ...city } = found
  return city
}

function comparison(cities: readonly [City, City]): GetPromptResult {
  const [first, second] = cities.map((city) => `${city.name} (${city.country})`)
  const request =
    `Compare ${first} with ${second}: size, situation, and what a traveller should know about each. ` +
    'The tools city_details, nearest_cities and population_stats tell more; cite the numbers you use.'
  return {
    description: `${first} and ${second}`,
    messages: [
      { role: 'user', content: { type: 'text', text: request } },
      ...cities.map((city) => ({
        role: 'user' as const,
        content: {
          type: 'resource' as const,
          resource: { uri: `atlas://city/${city.id}`, mimeType: 'application/json', text: JSON.stringify(city) },
        },
      })),
    ],
  }
}
