import { fakeCall } from '@millrace/core/testing'
import type { Middleware } from '@millrace/core'
import type { Case, Comparison, Group, Run } from '../case.ts'
import { handlerOf } from '../sdk/line.ts'
import type { BenchServer, Line } from '../sdk/line.ts'
import { lineNames, lineOf } from '../sdk/lines.ts'
import { inputs, registerTools } from '../sdk/tools.ts'

/** Middleware that does nothing, each a function of its own. */
const passing = (count: number): Middleware[] =>
  Array.from({ length: count }, (): Middleware => (call, next) => next(call))

const sizes = [0, 1, 5] as const
type Size = (typeof sizes)[number]
const labelOf = (size: Size): string => (size === 0 ? 'bare' : `chain of ${size}`)
const bars: Record<Size, number> = { 0: 0, 1: 1, 5: 3 }

const serverWith = async (line: Line, size: Size): Promise<BenchServer> => {
  const server = line.mcpServer()
  if (size > 0) {
    const { use } = await import('@millrace/mcp')
    use(server, ...passing(size))
  }
  registerTools(server, 1)
  return server
}

const throughHandler = async (line: Line, size: Size): Promise<Run> => {
  const handler = handlerOf(await serverWith(line, size), 'tools/call')
  const requests = inputs().map((make) => ({ method: 'tools/call', params: { name: 'search', arguments: make() } }))
  return async (times) => {
    for (let at = 0; at < times; at += 1) await handler(requests[at % 1000]!, line.context())
  }
}

const throughTransport = async (line: Line, size: Size): Promise<Run> => {
  const request = await line.connect(await serverWith(line, size))
  const params = inputs().map((make) => ({ name: 'search', arguments: make() }))
  return async (times) => {
    for (let at = 0; at < times; at += 1) await request('tools/call', params[at % 1000]!)
  }
}

const throughCompose = async (size: Size): Promise<Run> => {
  const { compose } = await import('@millrace/core')
  const result = Promise.resolve({})
  const run = compose(...passing(size))(() => result)
  const call = fakeCall()
  return async (times) => {
    for (let at = 0; at < times; at += 1) await run(call)
  }
}

const doors = [
  { name: 'compose', setup: throughCompose },
  ...lineNames.flatMap((name) => [
    { name: `${name} handler`, setup: async (size: Size) => throughHandler(await lineOf(name), size) },
    { name: `${name} transport`, setup: async (size: Size) => throughTransport(await lineOf(name), size) },
  ]),
]

/** What a chain that does nothing adds to a `tools/call`. */
export const group: Group = {
  name: 'chain',
  module: import.meta.url,
  cases: doors.flatMap(({ name, setup }) =>
    sizes.map((size): Case => ({
      name: `${name}: ${labelOf(size)}`,
      base: `${name}: ${labelOf(0)}`,
      // A process that reaches the transport differs more from the next one than its samples from each other.
      sampling: name.endsWith('transport') ? { rounds: 15, samples: 9 } : { rounds: 9, samples: 15 },
      setup: () => setup(size),
    })),
  ),
  comparisons: doors.flatMap(({ name }) =>
    ([1, 5] as const).map((size): Comparison => ({
      name: `${name}: a chain of ${size} adds`,
      of: `${name}: ${labelOf(size)}`,
      with: `${name}: ${labelOf(0)}`,
      as: 'added',
      bar: bars[size],
    })),
  ),
}
