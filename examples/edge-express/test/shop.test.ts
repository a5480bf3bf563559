import type { AddressInfo } from 'node:net'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shop } from '../src/app.ts'

const { app, mcp } = shop()
let url: URL
let listening: ReturnType<typeof app.listen>

beforeAll(async () => {
  await new Promise<void>((resolve) => (listening = app.listen(0, '127.0.0.1', () => resolve())))
  url = new URL(`http://127.0.0.1:${(listening.address() as AddressInfo).port}/mcp`)
})

afterAll(async () => {
  await mcp.close(0)
  listening.close()
  listening.closeAllConnections()
})

const connect = async (token: string): Promise<Client> => {
  const client = new Client({ name: 'test', version: '1.0.0' })
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }))
  return client
}

test('each caller is known by its token', async () => {
  for (const user of ['ann', 'bob']) {
    const client = await connect(`token-of-${user}`)
    expect(await client.callTool({ name: 'whoami' })).toMatchObject({ content: [{ text: user }] })
    const price = await client.callTool({ name: 'price', arguments: { product: 'tea' } })
    expect(price).toMatchObject({ content: [{ text: 'tea costs 3 euros' }] })
    await client.close()
  }
})

test('a stranger is refused as OAuth has it', async () => {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
})

test('what is no JSON, or larger than express.json() takes, is answered as MCP has it', async () => {
  const headers = {
    authorization: 'Bearer token-of-ann',
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  }
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'price', arguments: { product: 'tea' } } }
  const ask = (body: string) => fetch(url, { method: 'POST', headers, body })
  expect(await (await ask('{')).json()).toMatchObject({ error: { code: -32700 } })
  expect((await ask(`${JSON.stringify(call)}${' '.repeat(200_000)}`)).status).toBe(200)
})

test('the rest of the app is as it was', async () => {
  expect(await (await fetch(new URL('/', url))).text()).toBe('A shop')
})
