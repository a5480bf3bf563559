import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { lines, v2 } from './fixtures/lines.ts'
import { text } from './fixtures/recorder.ts'
import { isOfV2, outputJsonOf } from './internals.ts'
import { invoke } from './invoke.ts'
import { use } from './use.ts'

const outputSchema = z.object({ n: z.number() })
const answer = () => text('x')

describe.each(lines)('what an SDK keeps of a tool, on SDK $name', ({ name, mcpServer }) => {
  it('says which line it is of, and what its output is converted to', () => {
    const tool = mcpServer().registerTool('a', { outputSchema }, answer) as object
    expect(isOfV2({ ...tool })).toBe(name === 'v2')
    expect(outputJsonOf({ ...tool })?.type).toBe(name === 'v2' ? 'object' : undefined)
  })

  it.each([undefined, null, 'object', 7])('is as good as nothing where it is %j', (outputSchemaJson) => {
    expect(outputJsonOf({ outputSchemaJson })).toBeUndefined()
    expect(isOfV2({ executor: outputSchemaJson })).toBe(false)
  })
})

it.each([
  ['one revision where it is', true],
  ['revisions of their own where it is not', false],
])('clients of the two eras have %s', async (_, isKept) => {
  const revisions: unknown[] = []
  for (const protocolVersion of ['2025-11-25', '2026-07-28']) {
    const server = use(v2.mcpServer(), (call, next) => {
      revisions.push(call.revision)
      return next(call)
    })
    const tool = server.registerTool('a', { outputSchema }, answer)
    if (!isKept) Object.defineProperty(tool, 'outputSchemaJson', { value: undefined })
    await invoke(server, { method: 'tools/call', params: { name: 'a' }, protocolVersion })
  }
  expect(revisions).toHaveLength(2)
  expect(revisions[0] === revisions[1]).toBe(isKept)
})
