// The lines of the official SDK that are installed here, behind one face. `expected.json` says which these must be.
import { readFileSync } from 'node:fs'
import * as z from 'zod'

const info = { name: 'smoke', version: '1.0.0' }
const expected = JSON.parse(readFileSync(new URL('expected.json', import.meta.url), 'utf8'))
const all = {
  async v1() {
    const [{ McpServer }, { Client }, { InMemoryTransport }] = await Promise.all([
      import('@modelcontextprotocol/sdk/server/mcp.js'),
      import('@modelcontextprotocol/sdk/client/index.js'),
      import('@modelcontextprotocol/sdk/inMemory.js'),
    ])
    return {
      server: () => new McpServer(info),
      register: (server, name, inputSchema, run, annotations) =>
        server.registerTool(name, { inputSchema, annotations }, run),
      stdio: async (server) => {
        const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js')
        await server.connect(new StdioServerTransport())
      },
      connect: (server) => connect(server, new Client(info), InMemoryTransport),
    }
  },
  async v2() {
    const [{ McpServer }, { Client, InMemoryTransport }] = await Promise.all([
      import('@modelcontextprotocol/server'),
      import('@modelcontextprotocol/client'),
    ])
    return {
      server: () => new McpServer(info),
      register: (server, name, shape, run, annotations) =>
        server.registerTool(name, { inputSchema: z.object(shape), annotations }, run),
      stdio: async (server) => {
        const { serveStdio } = await import('@modelcontextprotocol/server/stdio')
        serveStdio(() => server)
      },
      connect: (server) => connect(server, new Client(info), InMemoryTransport),
    }
  },
}

export const lines = await Promise.all(
  Object.entries(expected).map(async ([line, version]) => ({ name: `SDK ${version}`, ...(await all[line]()) })),
)

async function connect(server, client, transport) {
  const [near, far] = transport.createLinkedPair()
  await Promise.all([server.connect(far), client.connect(near)])
  return client
}
