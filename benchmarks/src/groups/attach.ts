import type { Middleware } from '@millrace/core'
import type { Case, Comparison, Group } from '../case.ts'
import type { BenchServer } from '../sdk/line.ts'
import { lineNames, lineOf } from '../sdk/lines.ts'
import { registerTools } from '../sdk/tools.ts'
import { Stopwatch } from '../stopwatch.ts'

// One chain for all servers, as where a server is made for each request.
const chain: readonly Middleware[] = Array.from({ length: 5 }, (): Middleware => (call, next) => next(call))
const tools = 50
/** Servers that are made, and then attached to, at once. */
const batch = 10

type LineName = (typeof lineNames)[number]

/** Makes servers as they should be made for each request: v1 with a validator that they share. */
const factoryOf = async (name: LineName): Promise<() => BenchServer> => {
  const line = await lineOf(name)
  if (name === 'v2') return () => line.mcpServer()
  const { sharedValidator } = await import('@millrace/mcp')
  const { AjvJsonSchemaValidator } = await import('@modelcontextprotocol/sdk/validation/ajv')
  const options = { jsonSchemaValidator: sharedValidator(() => new AjvJsonSchemaValidator()) }
  return () => line.mcpServer(options)
}

const attaching = (name: LineName): Case => ({
  name: `${name}: use() of 5 on ${tools} tools`,
  bar: 5,
  sampling: { sampleMs: 60, warmUpMs: 1500 },
  setup: async () => {
    const { use } = await import('@millrace/mcp')
    const make = await factoryOf(name)
    return (times) => {
      const watch = new Stopwatch()
      for (let at = 0; at < times; at += 1) {
        const servers = Array.from({ length: batch }, make)
        for (const server of servers) registerTools(server, tools)
        watch.start()
        for (const server of servers) use(server, ...chain)
        watch.stop()
      }
      return watch.ns / batch
    }
  },
})

const building = (name: LineName, isAttached: boolean): Case => ({
  name: `${name}: server with ${tools} tools, ${isAttached ? 'use() of 5 first' : 'bare'}`,
  base: `${name}: server with ${tools} tools, bare`,
  sampling: { rounds: 9 },
  setup: async () => {
    const { use } = await import('@millrace/mcp')
    const make = await factoryOf(name)
    return (times) => {
      for (let at = 0; at < times; at += 1) {
        const server = make()
        if (isAttached) use(server, ...chain)
        registerTools(server, tools)
      }
    }
  },
})

const constructing = (name: LineName, isShared: boolean): Case => ({
  name: `${name}: new McpServer${isShared ? ' with sharedValidator' : ''}`,
  base: `${name}: new McpServer`,
  setup: async () => {
    const line = await lineOf(name)
    const make = isShared ? await factoryOf(name) : () => line.mcpServer()
    return (times) => {
      for (let at = 0; at < times; at += 1) make()
    }
  },
})

/** What attaching costs where a server is made for each request. */
export const group: Group = {
  name: 'attach',
  module: import.meta.url,
  cases: [
    ...lineNames.map(attaching),
    ...lineNames.flatMap((name) => [building(name, false), building(name, true)]),
    constructing('v1', false),
    constructing('v1', true),
    constructing('v2', false),
  ],
  comparisons: lineNames.map((name): Comparison => ({
    name: `${name}: use() of 5 adds to making a server with ${tools} tools`,
    of: `${name}: server with ${tools} tools, use() of 5 first`,
    with: `${name}: server with ${tools} tools, bare`,
    as: 'added',
  })),
}
