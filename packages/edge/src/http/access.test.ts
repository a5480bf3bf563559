import { rateLimit } from '@millrace/queue'
import { cached } from '@millrace/cache'
import { use } from '@millrace/mcp'
import { oauthMetadataResponse, requireBearerAuth } from '@modelcontextprotocol/server'
import { describe, expect, it } from 'vitest'
import { edge } from '../edge.ts'
import { listen } from '../fixtures/listen.ts'
import { legacy, modern } from '../fixtures/post.ts'
import { serving, talkative } from '../fixtures/serving.ts'
import { v1, v2 } from '../fixtures/servers.ts'
import { send } from '../fixtures/wire.ts'

const echo = { name: 'echo', arguments: { q: 'hi' } }
const post = legacy('tools/call', echo)
const withHeaders = (headers: object) => ({ ...post, headers: { ...post.headers, ...headers } })

describe('a request from a page that was rebound by DNS', () => {
  it('is refused on loopback for its Host or its Origin, without any option', async () => {
    const { url } = await serving(() => talkative(v1))
    const statusOf = async (headers: object) => (await send(url, withHeaders(headers))).status
    for (const host of ['localhost', `127.0.0.1:${url.port}`, '[::1]:80']) expect(await statusOf({ host })).toBe(200)
    for (const host of ['evil.example', 'localhost.evil.example', 'x@localhost', 'localhost/x', 'localhost?']) {
      expect([host, await statusOf({ host })]).toEqual([host, 403])
    }
    expect(await statusOf({ origin: `http://localhost:${url.port}` })).toBe(200)
    for (const origin of ['http://evil.example', 'null', 'file://']) expect(await statusOf({ origin })).toBe(403)
  })

  it('is refused at every address of loopback', async () => {
    const served = edge(() => talkative(v1))
    for (const [address, status] of [
      ['127.0.0.1', 403],
      ['127.1.2.3', 403],
      ['::ffff:127.0.0.2', 403],
      ['::1', 403],
      ['10.0.0.127', 200],
    ] as const) {
      const { url, close } = await listen((message, response) => {
        Object.defineProperty(message.socket, 'localAddress', { value: address, configurable: true })
        served.handler(message, response)
      })
      expect([address, (await send(url, withHeaders({ host: 'evil.example' }))).status]).toEqual([address, status])
      await close()
    }
    await served.close(0)
  })

  it('is let in by name, or where nothing is checked', async () => {
    const named = await serving(() => talkative(v1), { hosts: ['api.example'], origins: ['app.example'] })
    const ask = async (headers: object) => (await send(named.url, withHeaders(headers))).status
    expect(await ask({ host: 'api.example:443', origin: 'https://app.example' })).toBe(200)
    expect(await ask({ host: 'localhost' })).toBe(403)
    const open = await serving(() => talkative(v1), { hosts: false })
    expect((await send(open.url, withHeaders({ host: 'any.example', origin: 'http://any.example' }))).status).toBe(200)
  })
})

describe('a page of another site', () => {
  it('may call from a browser when its origin is allowed', async () => {
    const { url } = await serving(() => talkative(v1), { cors: { origins: ['https://app.example'] } })
    const asked = { origin: 'https://app.example', 'access-control-request-headers': 'authorization' }
    const preflight = await send(url, { method: 'OPTIONS', headers: asked })
    expect([preflight.status, preflight.bytes.length]).toEqual([204, 0])
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-headers': 'authorization',
      'access-control-max-age': '7200',
    })
    const answer = await send(url, withHeaders({ origin: 'https://app.example' }))
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, 'https://app.example'])
    expect(answer.headers['access-control-expose-headers']).toContain('mcp-session-id')
    const other = await send(url, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } })
    expect(other.headers['access-control-allow-origin']).toBeUndefined()
  })
})

describe('a caller', () => {
  const verifier = {
    verifyAccessToken: async (token: string) => {
      if (!token.startsWith('user')) throw new Error('the key of the issuer is secret')
      return {
        token,
        clientId: 'one',
        scopes: ['mcp'],
        expiresAt: Date.now() / 1000 + 60,
        extra: { iss: 'i', sub: token },
      }
    },
  }
  const resource = new URL('http://127.0.0.1/mcp')

  it.each([
    ['v1', v1, legacy],
    ['v2', v2, modern],
  ])(
    'of a %s server shows who it is, through the SDK’s own helper, and is kept apart',
    async (_name, line, request) => {
      let runs = 0
      const { url } = await serving(
        () => {
          const server = use(line.mcpServer(), cached({ tools: { who: 60_000 } }))
          server.registerTool('who', {}, (context: { authInfo?: Named; http?: { authInfo?: Named } }) => {
            runs += 1
            return {
              content: [{ type: 'text', text: (context.authInfo ?? context.http?.authInfo)?.token ?? 'nobody' }],
            }
          })
          return server
        },
        { authenticate: requireBearerAuth({ verifier, resourceMetadataUrl: 'https://api.example/.well-known/meta' }) },
      )
      const ask = (authorization: string | undefined) => {
        const { headers, body } = request('tools/call', { name: 'who', arguments: {} })
        return send(url, { headers: authorization === undefined ? headers : { ...headers, authorization }, body })
      }
      for (const user of ['user1', 'user2', 'user1', 'user2']) {
        expect((await ask(`Bearer ${user}`)).json()['result']).toMatchObject({ content: [{ text: user }] })
      }
      expect(runs).toBe(2)
      for (const authorization of [undefined, 'Bearer', 'Basic user1', 'Bearer stolen']) {
        const answer = await ask(authorization)
        expect([401, 500]).toContain(answer.status)
        expect(answer.bytes.toString()).not.toContain('secret')
        if (answer.status === 401) expect(answer.headers['www-authenticate']).toContain('resource_metadata=')
      }
    },
  )

  it('finds the metadata of the resource where the SDK’s own helper puts it', async () => {
    const served = edge(() => talkative(v2))
    const oauthMetadata = { issuer: 'https://issuer.example', authorization_endpoint: 'https://issuer.example/a' }
    const options = {
      oauthMetadata: {
        ...oauthMetadata,
        token_endpoint: 'https://issuer.example/t',
        response_types_supported: ['code'],
      },
      resourceServerUrl: resource,
    }
    const app = (request: Request) => oauthMetadataResponse(request, options) ?? served.fetch(request)
    const answer = await app(new Request('http://127.0.0.1/.well-known/oauth-protected-resource/mcp'))
    expect(await answer.json()).toMatchObject({
      resource: resource.href,
      authorization_servers: [oauthMetadata.issuer],
    })
    expect((await app(new Request(resource, post))).status).toBe(200)
  })

  it.each([[false], [true], [null], ['ann'], [[]]])(
    'is not served when authenticate answers with %j',
    async (identified) => {
      const errors: unknown[] = []
      const { url } = await serving(() => talkative(v1), {
        authenticate: () => identified as never,
        onError: (error) => void errors.push(error),
      })
      expect((await send(url, post)).status).toBe(500)
      expect(String(errors)).toContain(
        'TypeError: edge.authenticate must answer with AuthInfo, a Response that refuses',
      )
    },
  )

  it('is refused by a Response of whichever fetch', async () => {
    class Foreign {
      readonly status = 403
      readonly headers = new Headers()
      readonly body = null
      get [Symbol.toStringTag](): string {
        return 'Response'
      }
    }
    const { url } = await serving(() => talkative(v1), { authenticate: () => new Foreign() as never })
    expect((await send(url, post)).status).toBe(403)
  })
})

describe.each([
  ['v1', v1, legacy],
  ['v2', v2, modern],
])('what middleware of a %s server refuses', (_name, line, request) => {
  it.each([
    ['http', 429],
    ['rpc', 200],
  ] as const)('is put in %s as status %i', async (refusals, status) => {
    const limited = rateLimit({ calls: 1, perMs: 3000, by: () => 'everybody' })
    const { url } = await serving(() => use(talkative(line), limited), { refusals })
    expect((await send(url, request('tools/call', echo))).status).toBe(200)
    for (const [method, params] of [
      ['tools/call', echo],
      ['tools/list', {}],
    ] as const) {
      const answer = await send(url, request(method, params))
      expect(answer.status).toBe(status)
      const seconds = Number(answer.headers['retry-after'])
      if (refusals === 'http') expect([1, 2, 3]).toContain(seconds)
      else expect(answer.headers['retry-after']).toBeUndefined()
    }
  })
})

describe('an edge that closes', () => {
  it('refuses with 503 and says when to come again', async () => {
    const { url, served } = await serving(() => talkative(v1))
    expect((await send(url, post)).status).toBe(200)
    await served.close(0)
    const answer = await send(url, post)
    expect([answer.status, answer.headers['retry-after'], answer.json().error?.code]).toEqual([503, '1', 1503])
  })
})

interface Named {
  readonly token: string
}
