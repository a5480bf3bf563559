import { McpServer } from '@modelcontextprotocol/server'
import { describe, expect, it } from 'vitest'
import * as millrace from './index.ts'

const { chain, compose, edge, only, recommendedOrder, use, wrap } = millrace

/** What gives middleware, by name. */
const factories = Object.entries(millrace).filter(([name]) =>
  ([...recommendedOrder, 'callLog', 'chain', 'only', 'paginate', 'recommended', 'spans'] as string[]).includes(name),
) as Array<[string, never]>

const doors: ReadonlyArray<[string, (given: never) => unknown]> = [
  ['use', (given) => use(new McpServer({ name: 'own', version: '1' }), millrace.timeout(), given)],
  ['wrap', (given) => wrap(millrace.timeout(), given)],
  [
    'edge',
    (given) => edge(() => new McpServer({ name: 'own', version: '1' }), { middleware: [millrace.timeout(), given] }),
  ],
  ['chain', (given) => chain(millrace.timeout(), given)],
  ['compose', (given) => compose(millrace.timeout(), given)],
  ['only', (given) => only('search', millrace.timeout(), given)],
]

it('every stage but the two that no factory gives has one', () => {
  const named = new Set(factories.map(([name]) => name))
  expect(recommendedOrder.filter((stage) => !named.has(stage))).toEqual(['gate', 'authorize'])
})

describe.each(doors)('%s', (door, give) => {
  it.each(factories)('says at once that %s was not called', (name, factory) => {
    expect(() => give(factory)).toThrow(
      new TypeError(
        `${door}: middleware 2 must be a function (call, next) => …, got a factory that was not called: write ${name}(…)`,
      ),
    )
  })

  it('takes functions of anybody else, also of such a name', () => {
    const timeout: millrace.Middleware = (call, next) => next(call)
    const own: millrace.Middleware = async () => ({ content: [] })
    for (const one of [timeout, own]) expect(() => give(one as never)).not.toThrow()
  })
})
