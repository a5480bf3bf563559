import { causeOf, outcomeOf } from '@millrace/core'
import type { Call, Middleware } from '@millrace/core'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { lines } from './fixtures/lines.ts'
import { echo, recorder, text } from './fixtures/recorder.ts'
import { undo, use } from './use.ts'

let other: { readonly use: typeof use; readonly wrap: (typeof import('./wrap.ts'))['wrap'] }
let otherCore: { readonly causeOf: typeof causeOf; readonly outcomeOf: typeof outcomeOf }
beforeAll(async () => {
  vi.resetModules()
  other = { ...(await import('./use.ts')), ...(await import('./wrap.ts')) }
  otherCore = await import('@millrace/core')
})

describe.each(lines)('two copies of this package around one server on SDK $name', ({ mcpServer, connect }) => {
  const thrown = new Error('own')

  it.each(['first', 'last'])('both know what a tool threw, the other copy attached %s', async (when) => {
    expect(other.use).not.toBe(use)
    const seen: unknown[] = []
    const watch =
      (copy: typeof otherCore): Middleware =>
      async (call, next) => {
        const result = await next(call)
        seen.push(copy.causeOf(call), copy.causeOf(result), copy.outcomeOf(result))
        return result
      }
    const server = mcpServer()
    const attach = [() => other.use(server, watch(otherCore)), () => use(server, watch({ causeOf, outcomeOf }))]
    for (const one of when === 'first' ? attach : attach.toReversed()) one()
    server.registerTool('fails', echo, () => Promise.reject(thrown))
    const client = await connect(server)
    for (let round = 0; round < 2; round += 1) {
      expect(await client.callTool({ name: 'fails', arguments: { q: '' } })).toMatchObject({ isError: true })
    }
    expect(seen).toEqual([
      thrown,
      thrown,
      'failed',
      thrown,
      thrown,
      'failed',
      thrown,
      thrown,
      'failed',
      thrown,
      thrown,
      'failed',
    ])
    undo(server)
    await client.callTool({ name: 'fails', arguments: { q: '' } })
    expect(seen).toHaveLength(15)
  })

  it('a handler wrapped by one finds the call of the other', async () => {
    const seen = recorder()
    const server = use(mcpServer(), (call, next) => next(call))
    server.registerTool(
      'tool',
      echo,
      other.wrap(seen.middleware)(async () => text('x')),
    )
    const client = await connect(server)
    await client.callTool({ name: 'tool', arguments: { q: '' } })
    expect(seen.calls[0] as Call).toMatchObject({ operation: 'tools/call tool', isUnnamed: false, isWrapped: true })
  })
})
