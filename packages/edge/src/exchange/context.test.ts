import { use } from '@millrace/mcp'
import type { Call } from '@millrace/mcp'
import { describe, expect, it } from 'vitest'
import { legacy, modern } from '../fixtures/post.ts'
import { serving, talkative } from '../fixtures/serving.ts'
import { v1, v2 } from '../fixtures/servers.ts'
import type { Line } from '../fixtures/servers.ts'

const echo = { name: 'echo', arguments: { q: 'hi' } }

/** What middleware at the edge finds in the context of the SDK, before the SDK has seen the request. */
const seenBy = async (
  line: Line,
  init: { headers: object; body: string },
  look: (sdk: never, call: Call) => unknown,
) => {
  let seen: unknown
  const create = () =>
    use(talkative(line), async (call, next) => {
      seen = await look(call.sdk as never, call)
      return next(call)
    })
  const authenticate = () => ({ token: 't', clientId: 'ann', scopes: [] })
  const { url } = await serving(create, { authenticate })
  const response = await fetch(url, { method: 'POST', ...init, headers: { ...init.headers, 'x-team': 'blue' } })
  return { seen, text: await response.text() }
}

describe('middleware that runs at the edge', () => {
  it('finds in the context of v1 what the SDK would put there', async () => {
    const { seen, text } = await seenBy(
      v1,
      legacy('tools/call', { ...echo, _meta: { progressToken: 3 } }, 'mine'),
      async (extra: ExtraV1) => {
        const { signal, requestInfo, authInfo, requestId, _meta, sessionId, sendNotification, sendRequest } = extra
        const params = { progressToken: 3, progress: 1 }
        await sendNotification({ method: 'notifications/progress', params })
        return {
          isAborted: signal.aborted,
          team: requestInfo.headers['x-team'],
          path: requestInfo.url.pathname,
          client: authInfo.clientId,
          requestId,
          _meta,
          sessionId,
          asked: await sendRequest({ method: 'ping' }).catch(String),
        }
      },
    )
    expect(seen).toEqual({
      isAborted: false,
      team: 'blue',
      path: '/mcp',
      client: 'ann',
      requestId: 'mine',
      _meta: { progressToken: 3 },
      sessionId: undefined,
      asked: expect.stringContaining('there is no session'),
    })
    expect(text).toContain('notifications/progress')
  })

  it.each([
    ['2025', legacy('tools/call', { ...echo, _meta: { mine: 1 } }, 7), undefined],
    ['2026-07-28', modern('tools/call', echo, 7, { meta: { mine: 1 } }), '2026-07-28'],
  ])('finds in the context of v2 what the SDK would put there (%s)', async (_era, init, version) => {
    const { seen, text } = await seenBy(v2, init, async ({ mcpReq, http }: ContextV2) => {
      const { signal, notify, log, send, elicitInput, requestSampling, requestState } = mcpReq
      await log('info', 'by log')
      await notify({ method: 'notifications/message', params: { level: 'info', data: 'by notify' } })
      const asked = [send, elicitInput, requestSampling].map((ask) => ask({}).catch(String))
      return {
        isAborted: signal.aborted,
        team: http.req.headers.get('x-team'),
        isRequest: http.req instanceof Request,
        method: http.req.clone().method,
        client: http.authInfo.clientId,
        id: mcpReq.id,
        called: mcpReq.method,
        mine: mcpReq._meta?.['mine'],
        version: mcpReq.envelope?.['io.modelcontextprotocol/protocolVersion'],
        state: requestState(),
        asked: await Promise.all(asked),
      }
    })
    const refused = expect.stringContaining('there is no session')
    expect(seen).toEqual({
      isAborted: false,
      team: 'blue',
      isRequest: true,
      method: 'POST',
      client: 'ann',
      id: 7,
      called: 'tools/call',
      mine: 1,
      version,
      state: undefined,
      asked: [refused, refused, refused],
    })
    expect(text).toContain('by log')
    expect(text).toContain('by notify')
  })
})

type Ask = (request: object) => Promise<unknown>

interface ExtraV1 {
  readonly signal: AbortSignal
  readonly requestInfo: { readonly headers: { readonly [name: string]: unknown }; readonly url: URL }
  readonly authInfo: { readonly clientId: string }
  readonly requestId: unknown
  readonly _meta: unknown
  readonly sessionId: unknown
  readonly sendNotification: Ask
  readonly sendRequest: Ask
}

interface ContextV2 {
  readonly http: { readonly authInfo: { readonly clientId: string }; readonly req: Request }
  readonly mcpReq: {
    readonly signal: AbortSignal
    readonly id: unknown
    readonly method: string
    readonly _meta?: { readonly [name: string]: unknown }
    readonly envelope?: { readonly [name: string]: unknown }
    readonly notify: Ask
    readonly log: (level: string, data: unknown) => Promise<void>
    readonly send: Ask
    readonly elicitInput: Ask
    readonly requestSampling: Ask
    readonly requestState: () => unknown
  }
}
