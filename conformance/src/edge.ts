import { edge } from '@millrace/edge'
import type { Attach } from './attachment.ts'
import type { Endpoint } from './endpoint.ts'
import type { Line } from './line.ts'
import { createServer as createV1 } from './v1/server.ts'
import type { Catalogue } from './v2/changes.ts'
import { createServer as createV2 } from './v2/server.ts'

/** Serves either line through the edge, in every era it speaks, with sessions for the clients of 2025. */
export function edgeEndpoint(line: Line, attach: Attach): Endpoint {
  const catalogue: Catalogue = { hasExtraTool: false, hasExtraPrompt: false }
  const create = () => (line === 'v1' ? createV1(attach) : createV2(attach, catalogue, () => served.notify))
  const served = edge(create, { sessions: { retryMs: 100, maxEvents: 1000 } })

  return {
    handle: async (request, response) => served.handler(request, response),
    close: () => served.close(0),
  }
}
