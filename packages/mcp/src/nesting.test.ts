import { only, withCall } from '@millrace/core'
import type { Middleware } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { lines } from './fixtures/lines.ts'
import { echo, recorder, text } from './fixtures/recorder.ts'
import { use } from './use.ts'
import { wrap } from './wrap.ts'

const answer = async ({ q }: { readonly q?: string }) => text(String(q))

describe('a wrap around a wrap, without a server', () => {
  const naming = (name: string, ...middleware: readonly Middleware[]) => wrap({ name }, ...middleware)

  it('leaves one value of both to the inner one, where that selects the handler by its own name', async () => {
    const seen = recorder()
    const both = (selected: string) =>
      naming('outer', seen.middleware)(naming('inner', only(selected, seen.middleware))(answer))
    await both('inner')({})
    await both('outer')({})
    expect(seen.calls.map((call) => call.target)).toEqual(['inner', 'outer'])
  })

  it('finds the value in the innermost of three', async () => {
    const seen = recorder()
    const innermost = naming('c', only('c', seen.middleware))(answer)
    await naming('a', seen.middleware)(naming('b', only('a', seen.middleware))(innermost))({})
    expect(seen.calls.map((call) => call.target)).toEqual(['c'])
  })
})

describe.each(lines)('a wrap around a wrap on SDK $name', ({ mcpServer, connect }) => {
  const run = async (server: object) => (await connect(server)).callTool({ name: 'tool', arguments: { q: 'a' } })

  it('calls the inner one by its own name, whether the outer one changes the call or not', async () => {
    const seen = recorder()
    const passing: Middleware = (call, next) => next(call)
    const changing: Middleware = (call, next) => next(withCall(call, { deadline: 77 }))
    for (const outer of [passing, changing]) {
      const server = mcpServer()
      server.registerTool(
        'tool',
        echo,
        wrap({ name: 'outer' }, outer)(wrap({ name: 'inner' }, seen.middleware)(answer)),
      )
      await run(server)
    }
    const [plain, changed] = seen.calls
    for (const call of [plain, changed])
      expect(call).toMatchObject({ target: 'inner', operation: 'tools/call inner', params: { name: 'inner' } })
    expect(changed?.revision).toBe(plain?.revision)
    expect([plain, changed].map((call) => [call?.deadline, call?.isUndescribed])).toEqual([
      [Infinity, true],
      [77, true],
    ])
  })

  it('is the registered handler in each of several wraps around it', async () => {
    const seen = recorder()
    const around = () => wrap((call, next) => next(call))
    const inner = wrap(seen.middleware)(answer)
    const [first] = [around()(inner), around()(inner)]
    const server = use(mcpServer())
    server.registerTool('tool', echo, first)
    await run(server)
    expect(seen.calls.map((call) => call.isUnnamed)).toEqual([false])
  })

  it('tells what is wrapped by the text of the function at its end', async () => {
    const revisions: unknown[] = []
    const note: Middleware = (call, next) => {
      revisions.push(call.revision)
      return next(call)
    }
    const twice = (handler: typeof answer) => wrap(note)(wrap(note.bind(undefined))(handler))
    const same = async () => text('same')
    for (const handler of [answer, async () => text('other'), same, same]) {
      const server = use(mcpServer())
      server.registerTool('tool', echo, twice(handler))
      await run(server)
    }
    const [outer, inner, otherOuter, , sameOuter, , againOuter] = revisions
    expect(sameOuter).toBe(againOuter)
    expect(new Set([outer, inner, otherOuter, sameOuter]).size).toBe(4)
  })
})
