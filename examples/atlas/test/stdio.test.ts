import { Client as ClientV2 } from '@modelcontextprotocol/client'
import { StdioClientTransport as TransportV2 } from '@modelcontextprotocol/client/stdio'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../src/database.ts'
import { args, atlas, command, environment } from './atlas.ts'
import { caller } from './clients.ts'
import type { Caller } from './clients.ts'
import { sharedDatabase, urlOf } from './database.ts'

let db: Database
beforeAll(async () => {
  db = await sharedDatabase()
}, 60_000)
afterAll(() => db.close())

const self = { name: 'atlas-tests', version: '0.0.0' }
const started = (): { command: string; args: string[]; env: Record<string, string> } => ({
  command,
  args: [...args, '--stdio'],
  env: environment({ DATABASE_URL: urlOf(db) }),
})

async function modern(): Promise<Caller> {
  const client = new ClientV2(self, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
  await client.connect(new TransportV2(started()))
  return caller(client)
}

async function legacy(): Promise<Caller> {
  const client = new ClientV1(self)
  await client.connect(new TransportV1(started()))
  return caller(client as unknown as ClientV2)
}

test.each([
  ['a v2 client on protocol 2026-07-28', modern, 2_643_743],
  ['a v1 client', legacy, 2_950_159],
] as const)('%s reads, writes and reads again over standard input and output', async (_, connect, id) => {
  const client = await connect()
  expect(await client.tools()).toHaveLength(5)
  for (const _ of [1, 2]) expect((await client.call('city_details', { id })).data).toHaveProperty('notes', [])
  const added = await client.call('add_note', { id, text: 'Rain' })
  expect((await client.call('city_details', { id })).data).toHaveProperty('notes', [added.data])
  await client.close()
})

test('it ends with code 0 when its client does, having said nothing but the protocol', async () => {
  const server = atlas({ DATABASE_URL: urlOf(db) }, '--stdio')
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: self }
  server.process.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`)
  await server.says(/"id":1/)
  server.process.stdin?.end()
  expect(await server.end()).toEqual({ code: 0, signal: null })
  expect(server.said.err).toBe('')
  for (const line of server.said.out.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('jsonrpc', '2.0')
})
