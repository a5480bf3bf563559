import { fakeCall } from '@millrace/core/testing'
import { lifespan } from '@millrace/lifespan'
import { retry, timeout } from '@millrace/resilience'
import { workers } from '@millrace/workers'
import type { WorkersPool } from '@millrace/workers'
import { McpServer as ServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { McpServer as ServerV2 } from '@modelcontextprotocol/server'
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import { doors } from '../fixtures/doors.ts'

const opened = async (): Promise<WorkersPool> => {
  const cpu = await workers({ minThreads: 2, maxThreads: 2 }).open()
  onTestFinished(() => cpu.close(0))
  return cpu
}

const twice = ({ n = 0 }: { readonly n?: number | undefined }) => ({
  content: [{ type: 'text' as const, text: `${2 * n}` }],
})

const loop = ({ n }: { readonly n?: number | undefined }) => {
  if (n === undefined) for (;;);
  return { content: [{ type: 'text' as const, text: `${n}` }] }
}

test('an offloaded function is a handler of both SDK lines as it is', async () => {
  const handler = (await opened()).offload(twice)
  const inputSchema = z.object({ n: z.number().optional() })
  new ServerV1({ name: 's', version: '1' }).registerTool('twice', { inputSchema: inputSchema.shape }, handler)
  new ServerV2({ name: 's', version: '1' }).registerTool('twice', { inputSchema }, handler)
})

describe.each(doors)('an offloaded handler, $door on SDK $line', ({ open }) => {
  test('answers what the function answers, and a timeout in front of it stops its loop', async () => {
    const cpu = await opened()
    const handler = cpu.offload(loop)
    const client = await open({
      middleware: [timeout({ timeoutMs: 400 })],
      run: (args, _, context) => handler(args, context as { signal: AbortSignal }),
    })
    expect(await client.call()).toMatchObject({ isError: true, _meta: { 'millrace/reason': 'timed_out' } })
    expect(cpu.stats()).toMatchObject({ stopped: 1, running: 0 })
    expect(await client.call({ n: 5 })).toMatchObject({ content: [{ text: '5' }] })
  })
})

test('a lifespan starts, checks and closes the threads', async () => {
  const app = lifespan({ cpu: workers({ maxThreads: 1 }) }, { signals: false })
  await app.start()
  const { cpu } = app.resources
  expectTypeOf(cpu).toEqualTypeOf<WorkersPool>()
  expect(await cpu.offload(twice)({ n: 4 })).toEqual({ content: [{ type: 'text', text: '8' }] })
  expect(await app.health()).toMatchObject({ status: 'healthy', resources: { cpu: { status: 'healthy' } } })
  await app.stop()
  await expect(cpu.offload(twice)({})).rejects.toMatchObject({ code: 'ERR_POOL_CLOSED' })
})

test('what would fail the same way next time is not repeated', async () => {
  const cpu = await opened()
  const around = cpu.offload(() => outside)
  const call = fakeCall({ traits: { readOnly: true, idempotent: true } })
  await expect(retry()(call, async () => ({ said: await around() }))).rejects.toMatchObject({
    code: 'ERR_TASK_CLOSURE',
  })
  expect(cpu.stats().tasks).toBe(1)
})

const outside = 1
