import { ResourceNotFoundError, ResourceTemplate } from '@modelcontextprotocol/server'
import type { McpServer } from '@modelcontextprotocol/server'
import type { Postgres } from 'millrace'
import { details, largest, search } from './cities.ts'
import { cityId } from './shapes.ts'

const listed = 20
const suggested = 10

/** `atlas://city/{id}`: a city as `city_details` returns it. Lists the largest cities, and completes a name to ids. */
export function cityResource(server: McpServer, pool: Postgres): void {
  const template = new ResourceTemplate('atlas://city/{id}', {
    list: async () => ({
      resources: (await largest(pool, listed)).map(({ id, name, country }) => ({
        uri: `atlas://city/${id}`,
        name: `${name}, ${country}`,
        mimeType: 'application/json',
      })),
    }),
    complete: {
      id: async (value) => {
        if (value.trim() === '') return (await largest(pool, suggested)).map(({ id }) => String(id))
        return (await search(pool, value, undefined, suggested)).map(({ id }) => String(id))
      },
    },
  })
  const about = { title: 'City', description: 'A city with its rank and its notes.', mimeType: 'application/json' }
  server.registerResource('city', template, about, async (uri, { id }, ctx) => {
    const known = cityId.safeParse(/^\d+$/.test(String(id)) ? Number(id) : undefined)
    const found = known.success ? await details(pool, known.data, ctx) : undefined
    if (!found) throw new ResourceNotFoundError(uri.href)
    return {
      contents: [{ uri: `atlas://city/${found.id}`, mimeType: 'application/json', text: JSON.stringify(found) }],
    }
  })
}
