import { McpServer, ResourceTemplate } from '@modelcontextprotocol/server'
import { use } from 'millrace'
import * as z from 'zod'
import type { Resilience } from './resilience.ts'
import type { Weather } from './weather/client.ts'

const reads = { readOnlyHint: true, openWorldHint: true }
const city = z.string().min(1).max(100).describe('Name of a city')

/** The server, cheap enough to be made for every request; what it remembers is in `resilience`, which all share. */
export function createServer(weather: Weather, { chain, circuit, wholes }: Resilience): McpServer {
  const server = use(new McpServer({ name: 'fragile', version: '0.0.0' }), ...chain)

  server.registerTool(
    'forecast',
    { description: "Tomorrow's weather in a city.", inputSchema: z.object({ city }), annotations: reads },
    async ({ city }, { mcpReq }) => json(await weather.forecast(city, mcpReq.signal)),
  )

  server.registerTool(
    'stations',
    { description: 'All weather stations.', inputSchema: z.object({}), annotations: reads },
    async (_, { mcpReq }) => json(await weather.stations(mcpReq.signal)),
  )

  server.registerTool(
    'report_sky',
    {
      description: 'Reports what the sky over a city looks like.',
      inputSchema: z.object({ city, sky: z.string().min(1).max(200) }),
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
    },
    async ({ city, sky }, { mcpReq }) => json(await weather.report(city, sky, mcpReq.signal)),
  )

  server.registerTool(
    'service_status',
    {
      description: 'Whether the weather service is being asked at present. Does not ask it.',
      inputSchema: z.object({}),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async () => json(circuit.state('weather') ?? { type: 'closed' }),
  )

  server.registerResource(
    'answer',
    new ResourceTemplate('weather://answers/{id}', { list: undefined }),
    { description: 'The whole of an answer that was cut.', mimeType: 'application/json' },
    async ({ href }) => {
      const text = JSON.stringify(wholes.get(href)?.['structuredContent'] ?? { error: 'This answer is gone.' })
      return { contents: [{ uri: href, mimeType: 'application/json', text }] }
    },
  )

  return server
}

function json(value: object) {
  return { content: [{ type: 'text' as const, text: JSON.stringify(value) }], structuredContent: { ...value } }
}
