import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createMcpHandler, fromJsonSchema, McpServer } from '@modelcontextprotocol/server'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { recorder } from './fixtures/recorder.ts'
import { use } from './use.ts'

type Schema = z.ZodObject

/** The revisions of the lists of servers that are made for each request, their schemas among what is made. */
const revisionsOf = async (schemas: ReadonlyArray<() => { readonly input: Schema; readonly output?: Schema }>) => {
  const seen = recorder()
  let served = 0
  const handler = createMcpHandler(() => {
    const { input, output } = schemas[served % schemas.length]!()
    const server = use(new McpServer({ name: 's', version: '1' }), seen.middleware)
    server.registerTool('tool', { inputSchema: input, ...(output && { outputSchema: output }) }, async () => ({
      content: [],
    }))
    server.registerPrompt('prompt', { argsSchema: input as never }, () => ({ messages: [] }))
    return server
  })
  const fetch = (url: string | URL, init?: RequestInit) => handler.fetch(new Request(url, init))
  const client = new Client({ name: 'c', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(new URL('http://127.0.0.1/mcp'), { fetch }))
  for (served = 0; served < 2; served += 1) {
    await client.listTools()
    await client.listPrompts()
  }
  await client.close()
  const of = (method: string) => seen.calls.filter((call) => call.method === method).map(({ revision }) => revision)
  return { tools: of('tools/list'), prompts: of('prompts/list') }
}

const lazily = (schema: z.ZodType) => z.object({ q: z.lazy(() => schema) })

describe('the lists of servers that are made for each request', () => {
  it.each<[string, () => { readonly input: Schema; readonly output?: Schema }]>([
    ['plain', () => ({ input: z.object({ q: z.string() }) })],
    ['refined', () => ({ input: z.object({ q: z.string().refine((q) => q !== 'x') }) })],
    ['refined as a whole', () => ({ input: z.object({ q: z.string() }).refine(({ q }) => q !== 'x') })],
    ['transformed', () => ({ input: z.object({ q: z.string().transform((q) => q.length) }) })],
    ['preprocessed', () => ({ input: z.object({ q: z.preprocess(String, z.string()) }) })],
    ['behind functions', () => ({ input: lazily(z.string().default('x')) })],
    [
      'of results, refined',
      () => ({ input: z.object({}), output: z.object({ q: z.string().refine((q) => q !== 'x') }) }),
    ],
  ])('have one revision when their schemas are %s', async (_, schemas) => {
    const { tools, prompts } = await revisionsOf([schemas])
    expect([tools.length, new Set(tools).size]).toEqual([2, 1])
    expect([prompts.length, new Set(prompts).size]).toEqual([2, 1])
  })

  it.each<[string, Schema, Schema]>([
    ['another type', z.object({ q: z.string() }), z.object({ q: z.number() })],
    ['another schema behind the same function', lazily(z.string()), lazily(z.number())],
  ])('have different ones when one says %s', async (_, input, other) => {
    const { tools, prompts } = await revisionsOf([() => ({ input }), () => ({ input: other })])
    expect(new Set(tools).size).toBe(2)
    expect(new Set(prompts).size).toBe(2)
  })

  it('have one revision for each JSON Schema that is given as such', async () => {
    const listed = async (...types: readonly string[]) => {
      const schemas = types.map((type) => () => ({
        input: fromJsonSchema({ type: 'object', properties: { q: { type } } }) as unknown as Schema,
      }))
      return new Set((await revisionsOf(schemas)).tools).size
    }
    expect(await listed('string')).toBe(1)
    expect(await listed('string', 'number')).toBe(2)
  })

  it('have different ones when results differ in what comes out alone', async () => {
    const input = z.object({})
    const piped = (out: z.ZodType) =>
      z.object({
        q: z
          .string()
          .transform(Number)
          .pipe(out as never),
      })
    const { tools } = await revisionsOf([
      () => ({ input, output: piped(z.number()) }),
      () => ({ input, output: piped(z.number().max(5)) }),
    ])
    expect(new Set(tools).size).toBe(2)
  })
})
