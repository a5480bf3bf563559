import { causeOf, hasCause, outcomeOf, RejectedError } from '@millrace/core'
import type { Middleware } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { lines } from './fixtures/lines.ts'
import { echo, text } from './fixtures/recorder.ts'
import { use } from './use.ts'
import { wrap } from './wrap.ts'

/** A middleware that notes what calls came to, and the causes of their results. */
const causesSeen = () => {
  const causes: unknown[][] = []
  const watch: Middleware = async (call, next) => {
    const result = await next(call)
    if (call.method === 'tools/call') causes.push([outcomeOf(result), causeOf(result)])
    return result
  }
  return { causes, watch }
}

describe.each(lines)('errors on SDK $name', ({ mcpServer, lowLevel, connect }) => {
  it('keeps the error that the SDK turned into an isError result', async () => {
    const thrown = new Error('database is down')
    const seen: unknown[] = []
    const watch: Middleware = async (call, next) => {
      const result = await next(call)
      seen.push(causeOf(call), causeOf(result), outcomeOf(result))
      return result
    }
    const server = mcpServer()
    server.registerTool('before', echo, async () => {
      throw thrown
    })
    use(server, watch)
    server.registerTool('sync', { inputSchema: z.object({}) }, () => {
      throw thrown
    })
    const client = await connect(server)
    expect(await client.callTool({ name: 'before', arguments: { q: '' } })).toMatchObject({ isError: true })
    expect(await client.callTool({ name: 'sync', arguments: {} })).toMatchObject({ isError: true })
    expect(seen).toEqual([thrown, thrown, 'failed', thrown, thrown, 'failed'])
  })

  it('knows no cause of a result that the tool itself marked', async () => {
    const { causes, watch } = causesSeen()
    const server = use(mcpServer(), watch)
    server.registerTool('echo', echo, () => ({ ...text('no'), isError: true }))
    const client = await connect(server)
    await client.callTool({ name: 'echo', arguments: { q: 'a' } })
    expect(causes).toEqual([['toolError', undefined]])
  })

  it('knows arguments that the SDK refused for what they are, before and after others that fit', async () => {
    const { causes, watch } = causesSeen()
    const server = use(mcpServer(), watch)
    server.registerTool('echo', echo, () => text('yes'))
    const client = await connect(server)
    for (const q of [1, 'a', 2]) await client.callTool({ name: 'echo', arguments: { q } })
    const invalid = expect.objectContaining({ code: -32602, message: expect.stringContaining('echo') as unknown })
    expect(causes).toEqual([
      ['failed', invalid],
      ['ok', undefined],
      ['failed', invalid],
    ])
  })

  it('knows it of each of two attempts', async () => {
    const again: Middleware = async (call, next) => {
      await next(call)
      return next(call)
    }
    const { causes, watch } = causesSeen()
    const server = use(mcpServer(), again, watch)
    server.registerTool('echo', echo, () => text('yes'))
    const client = await connect(server)
    await client.callTool({ name: 'echo', arguments: { q: 1 } })
    expect(causes.map(([outcome]) => outcome)).toEqual(['failed', 'failed'])
  })

  it('answers a refusal of a tool call as a result that a model can read', async () => {
    const server = use(mcpServer(), () =>
      Promise.reject(new RejectedError('The server is busy.', { code: 'ERR_QUEUE_FULL', retryAfterMs: 250 })),
    )
    server.registerTool('echo', echo, () => text('never'))
    const client = await connect(server)
    expect(await client.callTool({ name: 'echo', arguments: { q: 'a' } })).toMatchObject({
      ...text('The server is busy.'),
      isError: true,
      _meta: { 'millrace/reason': 'queue_full', 'millrace/retryAfterMs': 250 },
    })
    await expect(client.listTools()).rejects.toMatchObject({
      code: 1503,
      data: { reason: 'queue_full', retryAfterMs: 250 },
    })
  })

  it('answers a refusal as an error where the author wants errors', async () => {
    const refused = new RejectedError('Too fast.', { code: 'ERR_RATE_LIMITED', retryAfterMs: 9 })
    const server = use(mcpServer(), { errors: 'error' }, () => Promise.reject(refused))
    server.registerTool('echo', echo, () => text('never'))
    const client = await connect(server)
    await expect(client.callTool({ name: 'echo', arguments: { q: 'a' } })).rejects.toMatchObject({
      code: 1429,
      data: { reason: 'rate_limited', retryAfterMs: 9 },
    })
  })

  it.each([undefined, null, 'a string', 7])('answers, whatever is thrown: %s', async (thrown) => {
    const server = use(mcpServer(), async () => {
      throw thrown
    })
    server.registerTool('echo', echo, () => text('never'))
    const client = await connect(server)
    await expect(client.callTool({ name: 'echo', arguments: { q: 'a' } })).rejects.toMatchObject({ code: -32603 })
  })

  it.each([undefined, null])('answers also when a tool throws %s, and keeps it', async (thrown) => {
    const seen: unknown[] = []
    const watch: Middleware = async (call, next) => {
      const result = await next(call)
      seen.push(hasCause(result), causeOf(result), outcomeOf(result))
      return result
    }
    const server = use(mcpServer(), watch)
    server.registerTool('throws', echo, () => {
      throw thrown
    })
    server.registerTool(
      'wrapped',
      echo,
      wrap(watch)(() => Promise.reject(thrown)),
    )
    const client = await connect(server)
    for (const name of ['throws', 'wrapped'])
      expect(await client.callTool({ name, arguments: { q: 'a' } })).toMatchObject({ isError: true })
    expect(seen).toEqual([true, thrown, 'failed', true, thrown, 'failed'])
  })

  it.each([undefined, null])(
    'answers for a low-level handler that throws %s, where the SDK alone never does',
    async (thrown) => {
      const server = lowLevel(
        () => ({ tools: [] }),
        () => Promise.reject(thrown),
      )
      const client = await connect(use(server as never, (call, next) => next(call)))
      await expect(client.callTool({ name: 'x', arguments: {} })).rejects.toMatchObject({ code: -32603 })
    },
  )

  it('waits for answers that have no more of a promise than then', async () => {
    const thenable = (value: unknown, isError = false) => ({
      // oxlint-disable-next-line unicorn/no-thenable
      then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => {
        ;(isError ? reject : resolve)(value)
      },
    })
    const server = use(mcpServer(), (call, next) => thenable(next(call)) as never)
    server.registerTool('answers', echo, () => thenable(text('x')))
    server.registerTool('throws', echo, () => thenable(new Error('own'), true))
    server.registerTool(
      'wrapped',
      echo,
      wrap(async (call, next) => next(call))(() => thenable(text('y'))),
    )
    const client = await connect(server)
    const answers = []
    for (const name of ['answers', 'throws', 'wrapped'])
      answers.push(await client.callTool({ name, arguments: { q: 'a' } }))
    expect(answers).toMatchObject([text('x'), { ...text('own'), isError: true }, text('y')])
  })

  it('answers with an error when a middleware forgets to return', async () => {
    const server = use(mcpServer(), (async () => {}) as unknown as Middleware)
    server.registerTool('echo', echo, () => text('never'))
    const client = await connect(server)
    await expect(client.callTool({ name: 'echo', arguments: { q: 'a' } })).rejects.toThrow(
      'tools/call was answered with undefined',
    )
  })

  it('says so when next gets a call that no door made', async () => {
    const server = use(mcpServer(), (call, next) => next({ ...call }))
    server.registerTool('echo', echo, () => text('never'))
    const client = await connect(server)
    await expect(client.callTool({ name: 'echo', arguments: { q: 'a' } })).rejects.toThrow(
      'withCall(call, { … }) to change it',
    )
  })
})
