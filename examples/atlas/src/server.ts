import { McpServer } from '@modelcontextprotocol/server'
import { use } from 'millrace'
import type { Middleware, Postgres } from 'millrace'
import { cache } from './cache.ts'
import { limits } from './limits.ts'
import { compareCities } from './prompts.ts'
import { cityResource } from './resources.ts'
import { addNote } from './tools/add-note.ts'
import { cityDetails } from './tools/city-details.ts'
import { nearestCities } from './tools/nearest-cities.ts'
import { populationStats } from './tools/population-stats.ts'
import { searchCities } from './tools/search-cities.ts'

const instructions =
  'An atlas of the cities of the world with at least 1,000 people (GeoNames). Start with search_cities to get the id of a city; ' +
  'the other tools and the resource atlas://city/{id} take that id. Notes that you add are visible to everybody.'

const usual = limits()
const open: Middleware = (call, next) => next(call)

/**
 * The atlas as an MCP server. Cheap enough to be built for every request; over HTTP the edge shares one.
 *
 * @param limited what stands between the cache and the tools, the same for all servers
 * @param gate lets calls in while the atlas is open
 */
export function createServer(pool: Postgres, limited: Middleware = usual, gate: Middleware = open): McpServer {
  // Attached before anything is registered: what is registered wrongly is refused, and lists are answered from memory.
  const server = use(
    new McpServer({ name: 'atlas', title: 'Atlas', version: '0.0.0' }, { instructions }),
    gate,
    cache,
    limited,
  )
  for (const register of [searchCities, cityDetails, nearestCities, populationStats, addNote]) register(server, pool)
  cityResource(server, pool)
  compareCities(server, pool)
  return server
}
