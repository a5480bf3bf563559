import { afterEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { lines } from './fixtures/lines.ts'
import type { TestClient, TestServer } from './fixtures/lines.ts'
import { cached, paginate, staged, use } from './index.ts'
import type { Call, Middleware } from './index.ts'

const closing: TestClient[] = []
afterEach(async () => {
  for (const client of closing.splice(0)) await client.close()
})

interface Shown {
  readonly isError?: boolean
  readonly structuredContent: { readonly steps: { readonly [id: string]: { status: string; value: unknown } } }
  readonly content: ReadonlyArray<{ readonly text: string }>
}

const reads = { readOnlyHint: true }

/** Cities to find and to look at, and what has been run. */
const worldOf = (...middleware: readonly Middleware[]) => {
  const runs: string[] = []
  const calls: Call[] = []
  const watched: Middleware = (call, next) => {
    calls.push(call)
    return next(call)
  }
  const fill = (server: TestServer) => {
    use(server as never, ...middleware, watched)
    const find = ({ name }: { name: string }) => {
      runs.push(`find ${name}`)
      const structuredContent = { cities: [{ id: name.length, name }] }
      return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent }
    }
    server.registerTool('find', { inputSchema: z.object({ name: z.string() }), annotations: reads }, find)
    const look = ({ id }: { id: number }) => {
      runs.push(`look ${id}`)
      return { content: [{ type: 'text', text: `city ${id}` }] }
    }
    server.registerTool('look', { inputSchema: z.object({ id: z.int() }), annotations: reads }, look)
    const fails = () => {
      throw new Error('The map is lost.')
    }
    server.registerTool('fails', { inputSchema: z.object({}) }, fails)
  }
  return { runs, calls, fill }
}

const steps = [
  { id: 'city', tool: 'look', arguments: { id: { $ref: 'paris.cities[0].id' } } },
  { id: 'paris', tool: 'find', arguments: { name: 'Paris' } },
]

describe.each(lines)('over a real client, $line', ({ connect }) => {
  const open = async (fill: (server: TestServer) => unknown, token?: string) => {
    const client = await connect(fill, token)
    closing.push(client)
    return {
      client,
      run: async (given: readonly object[], name = 'run_steps') =>
        (await client.callTool(name, { steps: given })) as unknown as Shown,
    }
  }

  it('the tool is listed and runs tools of its server that use each other’s results', async () => {
    const { fill, runs } = worldOf(staged())
    const { client, run } = await open(fill)
    const tools = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(['find', 'look', 'fails', 'run_steps'])
    expect(tools.at(-1)?.inputSchema).toMatchObject({ required: ['steps'] })
    const { structuredContent, content } = await run(steps)
    expect(structuredContent.steps).toEqual({
      paris: { status: 'ok', value: { cities: [{ id: 5, name: 'Paris' }] } },
      city: { status: 'ok', value: 'city 5' },
    })
    expect(JSON.parse(content[0]?.text ?? '')).toEqual(structuredContent)
    expect(runs).toEqual(['find Paris', 'look 5'])
  })

  it('a step that fails or is not right is told so, and the others run', async () => {
    const { fill } = worldOf(staged())
    const { run } = await open(fill)
    const { structuredContent, isError } = await run([
      { id: 'bad', tool: 'fails' },
      { id: 'wrong', tool: 'find', arguments: { name: 5 } },
      { id: 'needs', tool: 'look', arguments: { id: { $ref: 'bad.id' } } },
      { id: 'fine', tool: 'look', arguments: { id: 1 } },
    ])
    expect(isError ?? false).toBe(false)
    expect(structuredContent.steps).toEqual({
      bad: { status: 'error', message: 'The map is lost.' },
      wrong: { status: 'error', message: expect.stringMatching(/Invalid arguments|validation/i) },
      needs: { status: 'skipped', message: 'Not run, because step "bad" failed.' },
      fine: { status: 'ok', value: 'city 1' },
    })
  })

  it('a tool that is not there is an error before anything is run, also where steps may only call some', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    for (const options of [{}, { tools: ['look', 'lok', 'nosuch'] }]) {
      const { fill, runs } = worldOf(paginate({ pageSize: 2 }), staged(options))
      const { run } = await open(fill)
      const first = { id: 'a', tool: 'look', arguments: { id: 1 } }
      const answer = await run([first, { id: 'b', tool: 'lok', after: ['a'] }])
      const message = 'Nothing was run: step "b" cannot call lok: the server has no such tool; the nearest is look.'
      expect(answer).toMatchObject({ isError: true, content: [{ text: message }] })
      const { content } = await run([first, { id: 'b', tool: 'nosuch' }])
      const named = 'tools' in options ? 'look' : 'find, look, fails'
      expect(content[0]?.text).toBe(
        `Nothing was run: step "b" cannot call nosuch: the server has no such tool; there are ${named}.`,
      )
      expect(runs).toEqual([])
    }
    expect(warn.mock.calls.map(([message]) => message)).toContain(
      "staged.tools: no tool is called 'lok' so far; did you mean 'look'?",
    )
    warn.mockRestore()
  })

  it('a tool that a middleware adds can be called', async () => {
    const adds: Middleware = async (call, next) => {
      if (call.target === 'added') return { content: [{ type: 'text', text: 'added' }] }
      const result = await next(call)
      if (call.method !== 'tools/list') return result
      return {
        ...result,
        tools: [...(result['tools'] as object[]), { name: 'added', inputSchema: { type: 'object' } }],
      }
    }
    const { run } = await open(worldOf(staged(), adds).fill)
    const { structuredContent } = await run([{ id: 'a', tool: 'added' }])
    expect(structuredContent.steps).toEqual({ a: { status: 'ok', value: 'added' } })
  })

  it('a cycle is an error that names it', async () => {
    const { fill, runs } = worldOf(staged())
    const { run } = await open(fill)
    const answer = await run([
      { id: 'a', tool: 'look', arguments: { id: { $ref: 'b' } } },
      { id: 'b', tool: 'look', arguments: { id: { $ref: 'a' } } },
    ])
    expect(answer).toMatchObject({
      isError: true,
      content: [{ text: 'Nothing was run: the steps wait for each other in a circle: a → b → a.' }],
    })
    expect(runs).toEqual([])
  })

  it('every step goes through the chain: caches answer it, and it is a call of its own', async () => {
    const { fill, runs, calls } = worldOf(staged(), cached({ ttlMs: 60_000 }))
    const { client, run } = await open(fill)
    await client.callTool('find', { name: 'Paris' })
    await run(steps)
    await run(steps)
    expect(runs).toEqual(['find Paris', 'look 5'])
    const toolCalls = calls.filter(({ method }) => method === 'tools/call')
    expect(toolCalls.map(({ operation }) => operation)).toEqual(['tools/call find', 'tools/call look'])
    expect(toolCalls.map(({ traits }) => traits.readOnly)).toEqual([true, true])
  })

  it('every step is made by the caller of the whole', async () => {
    const { fill, calls, runs } = worldOf(staged(), cached({ ttlMs: 60_000 }))
    const ann = await open(fill, 'ann')
    const bob = await open(fill, 'bob')
    await Promise.all([ann.run(steps), bob.run(steps)])
    const principals = calls.filter(({ method }) => method === 'tools/call').map(({ principal }) => principal)
    expect(new Set(principals).size).toBe(2)
    expect(principals).not.toContain(undefined)
    expect(runs.toSorted()).toEqual(['find Paris', 'find Paris', 'look 5', 'look 5'])
  })

  it('two staged tools cannot call each other without end', async () => {
    const { fill } = worldOf(staged(), staged({ name: 'more_steps' }))
    const { run } = await open(fill)
    const inner = { steps: [{ id: 'b', tool: 'run_steps', arguments: { steps: [{ id: 'c', tool: 'look' }] } }] }
    const { structuredContent, isError } = await run([{ id: 'a', tool: 'more_steps', arguments: inner }])
    expect(isError).toBe(true)
    expect(structuredContent.steps['a']).toEqual({
      status: 'error',
      message: 'A step of a staged call cannot be one itself: call more_steps on its own.',
    })
  })

  it('a client that cancels cancels the steps', async () => {
    const begun: AbortSignal[] = []
    let tell: () => void = () => {}
    const hasBegun = new Promise<void>((resolve) => (tell = resolve))
    const slow: Middleware = (call, next) => {
      if (call.target !== 'find') return next(call)
      begun.push(call.signal)
      tell()
      return new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(new Error('cancelled'))))
    }
    const { fill, runs } = worldOf(staged(), slow)
    const { client } = await open(fill)
    const cancel = new AbortController()
    const answer = client.callTool('run_steps', { steps }, { signal: cancel.signal }).catch((error: unknown) => error)
    await hasBegun
    const told = new Promise((resolve) => begun[0]?.addEventListener('abort', resolve))
    cancel.abort()
    await Promise.all([answer, told])
    expect(runs).toEqual([])
  })

  it('progress of the steps reaches the client', async () => {
    const { fill } = worldOf(staged())
    const { client } = await open(fill)
    const seen: unknown[] = []
    await client.callTool('run_steps', { steps }, { onprogress: (progress) => seen.push(progress) })
    expect(seen.at(-1)).toMatchObject({ progress: 2, total: 2 })
  })

  it('a list in pages has the tool on its last one', async () => {
    const { fill } = worldOf(paginate({ pageSize: 3 }), staged())
    const { client } = await open(fill)
    expect((await client.listTools()).map(({ name }) => name)).toContain('find')
  })

  it('a tool of the same name is found at start', async () => {
    const found: unknown[] = []
    const fill = (server: TestServer) => {
      use(server as never, staged({ name: 'find' }))
      try {
        server.registerTool('find', { inputSchema: z.object({}) }, () => ({ content: [] }))
      } catch (error) {
        found.push(error)
      }
    }
    await open(fill)
    const message = 'staged.name: the server has a tool called find already; give another name'
    expect(found[0]).toEqual(new TypeError(message))
  })
})
