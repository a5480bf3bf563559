import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js'
import { SubscribeRequestSchema, UnsubscribeRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { plainResources, template } from '../content/resources.ts'

/** Registers the fixed resources, the template and the subscriptions of one session. */
export function registerResources(server: McpServer): void {
  for (const { name, uri, description, mimeType, body } of plainResources) {
    server.registerResource(name, uri, { description, mimeType }, () => ({ contents: [{ uri, mimeType, ...body }] }))
  }

  const { name, description, mimeType, body } = template
  const uriTemplate = new ResourceTemplate(template.uri, { list: undefined })
  server.registerResource(name, uriTemplate, { description, mimeType }, (uri, { id }) => ({
    contents: [{ uri: uri.href, mimeType, text: body(String(id)) }],
  }))

  const subscribed = new Set<string>()
  server.server.setRequestHandler(SubscribeRequestSchema, ({ params }) => {
    subscribed.add(params.uri)
    return {}
  })
  server.server.setRequestHandler(UnsubscribeRequestSchema, ({ params }) => {
    subscribed.delete(params.uri)
    return {}
  })
}
