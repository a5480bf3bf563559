import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import * as z from 'zod'
import { httpServers } from '../fixtures/httpServers.ts'
import { v2 } from '../fixtures/lines.ts'
import { listen } from '../fixtures/listen.ts'
import { benched, run } from '../fixtures/run.ts'
import { modern } from '../wire/era.ts'
import { mix } from './mix.ts'

const file = (content: unknown): string => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-mix-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'mix.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
const serving = () => listen(httpServers[2]!.handler({ texts: [], removed: 0 }))

it('calls are drawn by their weights, always alike for a seed', () => {
  const wanted = [
    { method: 'a', params: {}, weight: 1 },
    { method: 'b', params: {}, weight: 9 },
  ]
  const draw = (seed: number) => {
    const drawn = mix({ era: modern, wanted, tools: [], seed })
    return Array.from({ length: 5000 }, () => drawn.next().operation)
  }
  const share = draw(1).reduce((sum, place) => sum + place, 0) / 5000
  expect(share).toBeGreaterThan(0.88)
  expect(share).toBeLessThan(0.92)
  expect(draw(1)).toEqual(draw(1))
  expect(draw(1)).not.toEqual(draw(2))
})

it('a mix comes from a file', async () => {
  const path = file([
    { tool: 'echo', args: [{ text: 'a' }, { text: 'b' }], weight: 3 },
    { tool: 'add' },
    { method: 'tools/list' },
  ])
  const { operations, failed, code } = await benched([await serving(), '--mix', path])
  expect([failed, code]).toEqual([0, 0])
  expect(operations.map(({ operation }) => operation)).toEqual(['tools/call echo', 'tools/call add', 'tools/list'])
  expect(operations[0]!.latency.count).toBeGreaterThan(operations[1]!.latency.count)
})

describe('a mix that is wrong is a sentence', () => {
  it.each<[unknown, string]>([
    ['{', 'is not JSON'],
    [{}, 'must be an array of calls, got an object'],
    [[], 'must be an array of calls'],
    [[7], 'entry 1: must be an object, got a number'],
    [[{ tool: 'a', method: 'b' }], 'entry 1: must name a tool, with args, or a method, with params'],
    [[{ tool: 'echo', weight: 0 }], 'entry 1: weight must be a number above 0, got 0'],
    [[{ tool: 'echo', args: 7 }], 'args must be an object, or an array of objects, got 7'],
    [[{ tool: 'echo', arguments: {} }], 'arguments is not known; there are tool, args, method, params and weight'],
    [[{ method: 'a', params: 7 }], 'params must be an object, got a number'],
  ])('%o', async (content, message) => {
    const { code, err } = await run(['bench', 'http://127.0.0.1:1', '--mix', file(content)])
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
  })

  it('when it is not there', async () => {
    const { code, err } = await run(['bench', 'http://127.0.0.1:1', '--mix', '/no/such/file'])
    expect([code, err]).toEqual([2, expect.stringContaining('cannot be read')])
  })
})

describe('a tool', () => {
  const errOf = async (...flags: string[]) => {
    const { code, err } = await run(['bench', await serving(), ...flags])
    return `${code} ${err}`
  }
  it('that is not there is told, with what may have been meant', async () => {
    expect(await errOf('--tool', 'ecko')).toContain('2 The server has no tool ecko; did you mean echo?')
    expect(await errOf('--tool', 'search')).toContain(
      '2 The server has no tool search; there are echo, add, broken, remove',
    )
  })

  it('whose arguments cannot be made up wants them', async () => {
    const url = await listen(
      toNodeHandler(
        createMcpHandler(() => {
          const server = v2.mcpServer()
          const inputSchema = z.object({ id: z.string().regex(/^tt\d{7}$/) })
          server.registerTool('film', { inputSchema }, () => ({ content: [] }))
          return server as never
        }),
      ) as never,
    )
    const { err } = await run(['bench', url, '--tool', 'film'])
    expect(err).toContain('Arguments of film cannot be made from its schema: id must match')
    expect(err).toContain('Give them with --args.')
    const unasked = await run(['bench', url])
    expect(unasked.err).toContain(
      'No tool says readOnlyHint: true, so none is called unasked. Name some with --tool: film.',
    )
  })

  it('whose arguments are repeated in headers gets them there', async () => {
    const region = z.string().meta({ 'x-mcp-header': 'Region' })
    const place = z.object({ city: z.string().meta({ 'x-mcp-header': 'City' }) })
    const regions: unknown[] = []
    const url = await listen(
      toNodeHandler(
        createMcpHandler(() => {
          const server = v2.mcpServer()
          server.registerTool('near', { inputSchema: z.object({ region, place }) }, (args: object) => {
            regions.push(args)
            return { content: [] }
          })
          return server as never
        }),
      ) as never,
    )
    const args = { region: ' süd ', place: { city: 'Rome' } }
    const { failed, errors } = await benched([url, '--tool', 'near', '--args', JSON.stringify(args)])
    expect(errors).toEqual([])
    expect(failed).toBe(0)
    expect(regions).toContainEqual(args)
  })
})

it('a tool whose arguments cannot be made up keeps nobody from the others', () => {
  const reads = { readOnlyHint: true }
  const odd = { type: 'object', properties: { id: { pattern: '^ORD-\\d{6}$' } }, required: ['id'] }
  const film = { name: 'film', annotations: reads, inputSchema: odd }
  const made = mix({ era: modern, wanted: [], tools: [film, { name: 'add', annotations: reads }], seed: 1 })
  expect(made.operations).toEqual(['tools/call add'])
  expect(made.leftOut).toEqual([
    expect.stringContaining('Arguments of film cannot be made from its schema: id must match'),
  ])
  expect(() => mix({ era: modern, wanted: [], tools: [film], seed: 1 })).toThrow('Arguments of film cannot be made')
  // Who names it wants it called.
  const wanted = [{ tool: 'film', args: [], weight: 1 }]
  expect(() => mix({ era: modern, wanted, tools: [film], seed: 1 })).toThrow('Give them with --args.')
})

it('a server without tools is told', () => {
  expect(() => mix({ era: modern, wanted: [], tools: [], seed: 1 })).toThrow('name what to ask for with --method')
  expect(() => mix({ era: modern, wanted: [{ tool: 'a', args: [], weight: 1 }], tools: [], seed: 1 })).toThrow(
    'The server has no tool a, and no other.',
  )
})
