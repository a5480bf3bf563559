import { chain, subscribe } from '@millrace/core'
import type { Middleware, Stage } from '@millrace/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { MockInstance } from 'vitest'
import { warnOfFactory } from './factory.ts'
import { lines } from './fixtures/lines.ts'
import { use } from './use.ts'

let warn: MockInstance<typeof process.emitWarning>
beforeEach(() => {
  warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
})
afterEach(() => {
  warn.mockRestore()
})
const at = (stage: Stage): Middleware => Object.assign(((call, next) => next(call)) as Middleware, { stage })
const said = () =>
  warn.mock.calls.flatMap(([message, options]) =>
    (options as { code?: string }).code === 'MILLRACE_FACTORY' ? [String(message)] : [],
  )
const repeat = (times: number, run: () => unknown) => {
  for (let n = 0; n < times; n += 1) run()
}

describe('servers of one name, made again and again', () => {
  it('are a warning, once, when each of ten in a row has values of its own', () => {
    const make = () => warnOfFactory('own@1', [chain(at('queue')), at('queue'), at('cached'), at('timeout')])
    repeat(9, make)
    expect(said()).toEqual([])
    repeat(30, make)
    expect(said()).toHaveLength(1)
    expect(said()[0]).toContain(
      '10 servers called own@1 in a row were each given values of their own for queue, cached,',
    )
  })

  it('are none while one value of the stage comes again', () => {
    const shared = at('cached')
    repeat(30, () => warnOfFactory('shared@1', [shared, at('cached')]))
    const queue = at('queue')
    repeat(8, () => warnOfFactory('seldom@1', [at('queue')]))
    repeat(2, () => warnOfFactory('seldom@1', [queue]))
    repeat(9, () => warnOfFactory('seldom@1', [at('queue')]))
    expect(said()).toEqual([])
  })

  it('are none for what keeps nothing, for names that are not known and for servers of many names', () => {
    repeat(30, () => warnOfFactory('stateless@1', [at('timeout'), at('fallback'), (call, next) => next(call)]))
    repeat(30, () => warnOfFactory(undefined, [at('queue')]))
    let n = 0
    repeat(2000, () => warnOfFactory(`one@${(n += 1) % 200}`, [at('queue')]))
    expect(said()).toEqual([])
  })

  it('are an event as well', () => {
    const seen: string[] = []
    const stop = subscribe('mcp', (event) => void seen.push(event.type))
    repeat(10, () => warnOfFactory('heard@1', [at('queue')]))
    stop()
    expect(seen).toEqual(['mcp.remade'])
  })
})

it.each(lines)('a factory of servers of SDK $name with values inside is noticed', ({ name, mcpServer }) => {
  const make = () => {
    const server = mcpServer()
    ;(server.server as unknown as { _serverInfo: object })._serverInfo = { name: `inline ${name}`, version: '1' }
    return server
  }
  const queue = at('queue')
  repeat(12, () => use(make(), queue))
  expect(said()).toEqual([])
  repeat(12, () => use(use(make(), chain(at('cached'))), at('queue')))
  expect(said()).toHaveLength(1)
  expect(said()[0]).toContain(
    `10 servers called inline ${name}@1 in a row were each given values of their own for cached,`,
  )
})
