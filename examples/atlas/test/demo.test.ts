import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect, test, vi } from 'vitest'
import { compare } from '../src/comparison.ts'
import { listen } from '../src/http.ts'
import { createServer } from '../src/server.ts'
import { program } from './atlas.ts'
import { sharedDatabase } from './database.ts'

const demo = new URL('../src/demo.ts', import.meta.url)

test('without a server the demo says so in one line', async () => {
  const run = program(demo, { PORT: '1' })
  expect(await run.end()).toEqual({ code: 1, signal: null })
  expect(run.said).toEqual({
    out: '',
    err: 'No atlas answers at http://127.0.0.1:1/mcp; start it in another terminal with npm start.\n',
  })
})

test('cold calls are computed, and cached ones are not', async () => {
  const db = await sharedDatabase()
  const listener = await listen(0)
  listener.serve(() => createServer(db.pool))
  const client = new Client({ name: 'atlas-tests', version: '0.0.0' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(new StreamableHTTPClientTransport(new URL(listener.url)))
  const query = vi.spyOn(db.pool, 'query')
  const called = vi.spyOn(client, 'callTool')
  const said: string[] = []
  const rows = await compare(client, 2, (name, calls) => void said.push(`${name} ${calls}`))
  expect(said).toEqual(['population_stats 5', 'search_cities 5', 'tools/list 5'])
  expect(rows.map(({ name }) => name)).toEqual(['population_stats', 'search_cities', 'tools/list'])
  expect(rows.every(({ coldMs, cachedMs }) => coldMs > 0 && cachedMs > 0)).toBe(true)
  // Of each of two tools: one call to warm up, two cold ones, and the same two again.
  expect(called).toHaveBeenCalledTimes(2 * (1 + 2 + 2))
  expect(query).toHaveBeenCalledTimes(2 * (1 + 2))
  await client.close()
  await listener.close()
  await db.close()
}, 60_000)
