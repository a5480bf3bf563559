import {
  localhostHostValidation,
  localhostOriginValidation,
  type NodeIncomingMessageLike,
  toNodeHandler,
} from '@modelcontextprotocol/node'
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server'
import type { Attach } from '../attachment.ts'
import type { Endpoint } from '../endpoint.ts'
import type { Catalogue } from './changes.ts'
import { createServer } from './server.ts'
import { sessions } from './sessions.ts'

/** Serves SDK v2 in both eras: a server for each request of 2026-07-28, a server for each session of 2025. */
export function v2Endpoint(attach: Attach): Endpoint {
  const catalogue: Catalogue = { hasExtraTool: false, hasExtraPrompt: false }
  const create = () => createServer(attach, catalogue, () => modern.notify)
  const modern = createMcpHandler(create, { legacy: 'reject' })
  const legacy = sessions(create)
  const node = toNodeHandler({
    fetch: async (request, options) =>
      (await isLegacyRequest(request)) ? legacy.fetch(request) : modern.fetch(request, options),
  })
  const isHostLocal = localhostHostValidation()
  const isOriginLocal = localhostOriginValidation()

  return {
    async handle(request, response) {
      // A guard that says no has answered.
      if (!isHostLocal(request, response) || !isOriginLocal(request, response)) return
      // The SDK's type leaves out that Node's optional fields may be present and undefined.
      await node(request as NodeIncomingMessageLike, response)
    },

    async close() {
      await Promise.all([modern.close(), legacy.close()])
    },
  }
}
