import { chain } from '@millrace/core'
import type { Middleware, Stage } from '@millrace/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { MockInstance } from 'vitest'
import { lines } from './fixtures/lines.ts'
import { echo, text } from './fixtures/recorder.ts'
import { use } from './use.ts'
import { wrap } from './wrap.ts'

let warn: MockInstance<typeof process.emitWarning>
beforeEach(() => {
  warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
})
afterEach(() => {
  warn.mockRestore()
})

const at = (stage: Stage): Middleware => Object.assign(((call, next) => next(call)) as Middleware, { stage })
const said = () =>
  warn.mock.calls
    .filter(([, options]) => (options as { code?: string }).code === 'MILLRACE_ORDER')
    .map(([message]) => String(message).split(':')[0])

describe.each(lines)('the order of middleware on SDK $name', ({ mcpServer, connect }) => {
  const call = async (server: Parameters<typeof connect>[0]) =>
    (await connect(server)).callTool({ name: 'tool', arguments: { q: '' } })

  it('is looked at once for a chain, however often it is attached, in turn with others', () => {
    const [retry, cached, fallback] = [at('retry'), at('cached'), at('fallback')]
    for (let round = 0; round < 5; round += 1) {
      use(mcpServer(), retry, cached)
      use(mcpServer(), retry, fallback)
      use(use(mcpServer(), retry), cached)
    }
    expect(said()).toEqual(['retry stands outside cached', 'retry stands outside fallback'])
  })

  it('is looked at in wrap, also in one around another', () => {
    const queue = at('queue')
    const [outer, inner] = [wrap(at('hedge'), chain(queue)), wrap(at('limitResult'), at('timeout'))]
    for (let round = 0; round < 3; round += 1) outer(inner(async () => text('x')))
    wrap(at('breaker'), at('limitResult'))
    expect(said()).toEqual([
      'With wrap(…) around wrap(…), hedge stands outside limitResult',
      'With wrap(…) around wrap(…), queue stands outside limitResult',
      'breaker stands outside limitResult',
    ])
  })

  it('is looked at across use and wrap, once for the two', async () => {
    const [retry, cached] = [at('retry'), at('metrics')]
    for (let round = 0; round < 3; round += 1) {
      const server = use(mcpServer(), retry)
      server.registerTool(
        'tool',
        echo,
        wrap(cached)(async () => text('x')),
      )
      await call(server)
    }
    expect(said()).toEqual(['With use(server, …) around wrap(…), retry stands outside metrics'])
  })

  it('is no matter between a server and what its handlers call', async () => {
    const helper = wrap(at('authorize'))(async (_q: string, _context: unknown) => text('x'))
    const server = use(mcpServer(), at('queue'))
    server.registerTool('tool', echo, ({ q }, context) => helper(String(q), context))
    await call(server)
    expect(said()).toEqual([])
  })

  it('is complained of three times at most where values are made anew for every server', () => {
    for (let round = 0; round < 20; round += 1) use(mcpServer(), at('queue'), at('rateLimit'))
    expect(said().length).toBeLessThanOrEqual(3)
  })
})
