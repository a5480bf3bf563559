import { withCall } from '@millrace/core'
import type { Call, CallPatch, Middleware } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { lines } from './fixtures/lines.ts'
import { recorder, text } from './fixtures/recorder.ts'
import { use } from './use.ts'
import { wrap } from './wrap.ts'

type Fields = { readonly [key: string]: unknown }

const changing =
  (patch: (params: Fields, call: Call) => CallPatch): Middleware =>
  (call, next) =>
    next(withCall(call, patch(call.params as Fields, call)))
const toParams = (q: string) => changing((params) => ({ params: { ...params, arguments: { q } }, input: { q } }))
const toInput = (q: string) => changing(() => ({ input: { q } }))
const traced = changing((params, { input }) => ({ params: { ...params, _meta: { traceparent: 't' } }, input }))

describe.each(lines)('parameters and input on SDK $name', ({ mcpServer, connect }) => {
  it.each<[string, Middleware[], string]>([
    ['parameters', [toParams('b')], 'b'],
    ['parameters, then something around the arguments', [toParams('b'), traced], 'b'],
    ['the input, then something around the arguments', [toInput('b'), traced], 'b'],
    ['parameters, then the input', [toParams('b'), toInput('c')], 'c'],
    ['the input, then parameters', [toInput('b'), toParams('c')], 'c'],
    ['something around the arguments', [traced], 'a'],
  ])('say the same to keys and to the handler after a change of %s', async (_name, changes, expected) => {
    for (const door of ['use', 'wrap']) {
      const seen = recorder()
      const chain = [...changes, seen.middleware]
      const server = door === 'use' ? use(mcpServer(), ...chain) : mcpServer()
      const around = door === 'use' ? wrap() : wrap({ name: 'echo' }, ...chain)
      server.registerTool(
        'echo',
        { inputSchema: z.object({ q: z.string() }) },
        around(async ({ q }: Fields) => text(String(q))),
      )
      const client = await connect(server)
      expect(await client.callTool({ name: 'echo', arguments: { q: 'a' } })).toMatchObject(text(expected))
      expect(seen.calls[0]?.input).toEqual({ q: expected })
    }
  })

  it('say the same of a resource, and keep what stands around the question', async () => {
    const seen = recorder()
    const other = changing((params) => ({ params: { ...params, uri: 'x://2' }, input: { uri: 'x://2' } }))
    const server = use(mcpServer(), other, traced, seen.middleware)
    for (const uri of ['x://1', 'x://2'])
      server.registerResource(uri, uri, {}, () => ({ contents: [{ uri, text: '' }] }))
    const client = await connect(server)
    expect(await client.readResource({ uri: 'x://1' })).toMatchObject({ contents: [{ uri: 'x://2' }] })
    expect(seen.calls[0]).toMatchObject({ input: { uri: 'x://2' }, params: { _meta: { traceparent: 't' } } })
  })

  it('are never parameters alone, whose result would be kept under the key of other arguments', async () => {
    const alone = changing((params) => ({ params: { ...params, arguments: { q: 'b' } } }) as unknown as CallPatch)
    const server = use(mcpServer(), alone)
    server.registerTool('echo', { inputSchema: z.object({ q: z.string() }) }, async ({ q }) => text(String(q)))
    const client = await connect(server)
    await expect(client.callTool({ name: 'echo', arguments: { q: 'a' } })).rejects.toThrow('got params alone')
  })
})
