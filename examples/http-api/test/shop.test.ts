import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { program } from '../src/program.ts'
import type { Program } from '../src/program.ts'

let running: Program
let client: Client
beforeEach(async () => {
  running = await program(0)
  client = new Client({ name: 'http-api-tests', version: '0.0.0' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(new StreamableHTTPClientTransport(new URL(running.url)))
})
afterEach(async () => {
  await client.close()
  await running.close()
})

const call = async (name: string, input: Record<string, unknown> = {}) => {
  const { structuredContent, isError, content } = await client.callTool({ name, arguments: input })
  return {
    data: structuredContent,
    isError: isError === true,
    text: content[0]?.type === 'text' ? content[0].text : '',
  }
}
const product = (id: number) => call('product', { id })

test('many callers of many products share the connections of one pool', async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, (_, at) => product(1 + (at % 30))))
  expect(answers.map(({ data }) => (data as { id: number }).id)).toEqual(
    Array.from({ length: 60 }, (_, at) => 1 + (at % 30)),
  )
  expect(running.shop.seen).toMatchObject({ requests: 30 })
  expect(running.shop.seen.connections).toBeLessThanOrEqual(8)
  expect((await call('pool')).data).toMatchObject({ active: 0, waiting: 0, requests: 30, failed: 0 })
})

test('an order is sent once, also when it fails, and what it changes is read anew', async () => {
  expect((await product(7)).data).toMatchObject({ left: 100 })
  running.shop.mood = 'down'
  const { requests } = running.shop.seen
  expect(await call('order', { id: 7 })).toMatchObject({
    isError: true,
    text: 'The HTTP service answered with status 503.',
  })
  expect(running.shop.seen.requests - requests).toBe(1)
  running.shop.mood = 'well'
  expect((await call('order', { id: 7 })).data).toMatchObject({ left: 99 })
  expect((await product(7)).data).toMatchObject({ left: 99 })
})

test('reads are asked for again while every third request fails', async () => {
  running.shop.mood = 'failing'
  for (let id = 1; id <= 12; id += 1) expect(await product(id)).toMatchObject({ isError: false, data: { id } })
  expect(running.shop.seen.requests).toBeGreaterThan(12)
})
