import { ZodJsonSchemaAdapter } from '@tmcp/adapter-zod'
import { HttpTransport } from '@tmcp/transport-http'
import { McpServer } from 'tmcp'
import { answer, description, name, schema } from '../tool.mjs'

const info = { name: 'peer', version: '1.0.0', description: 'A peer' }
const server = new McpServer(info, { adapter: new ZodJsonSchemaAdapter(), capabilities: { tools: {} } })
server.tool({ name, description, schema }, answer)
const transport = new HttpTransport(server, { path: '/mcp', disableSse: true })

/** @param {Request} request */
export const respond = async (request) => (await transport.respond(request)) ?? new Response(null, { status: 404 })
