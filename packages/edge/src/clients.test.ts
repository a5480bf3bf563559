import { afterEach, describe, expect, it, vi } from 'vitest'
import { edge } from './edge.ts'
import { clientModern, clientV1, clientV2 } from './fixtures/clients.ts'
import type { TestClient } from './fixtures/clients.ts'
import { listen } from './fixtures/listen.ts'
import { neighbourhood } from './fixtures/neighbourhood.ts'
import { sdkDoor } from './fixtures/sdkDoor.ts'
import type { Door } from './fixtures/sdkDoor.ts'
import { v1, v2 } from './fixtures/servers.ts'
import type { Line, TestServer } from './fixtures/servers.ts'
import { world } from './fixtures/world.ts'

const closing: Array<() => Promise<void>> = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const pairs = [
  { line: v1, kind: clientV1 },
  { line: v1, kind: clientV2 },
  { line: v2, kind: clientV1 },
  { line: v2, kind: clientV2 },
  { line: v2, kind: clientModern },
]

const doors = {
  SDK: (line: Line, create: () => TestServer): Door => sdkDoor(line, create),
  'edge with sessions': (_line: Line, create: () => TestServer): Door => edge(create, { sessions: true }),
  edge: (_line: Line, create: () => TestServer): Door => edge(create),
  'edges of three processes': (_line: Line, create: () => TestServer): Promise<Door> => neighbourhood(create),
}

const cases = (Object.keys(doors) as Array<keyof typeof doors>).flatMap((door) =>
  // Sessions are what processes have to share, and 2026-07-28 has none.
  pairs
    .filter(({ kind }) => !kind.isModern || door !== 'edges of three processes')
    .map(({ line, kind }) => ({
      door,
      line,
      kind,
      name: `${kind.name} of a ${line.name} server through the ${door}`,
    })),
)

describe.each(cases)('a $name', ({ door, line, kind }) => {
  const open = async () => {
    const seen = { aborted: 0, running: 0, pages: 0 }
    const catalogue = { hasExtra: false }
    const create = () => world(line, seen, () => catalogue.hasExtra)
    const served = await doors[door](line, create)
    const { url, close } = await listen((request, response) => served.handler(request, response))
    closing.push(() => served.close(0), close)
    const client: TestClient = await kind.connect(url)
    closing.push(() => client.close())
    return { client, seen, catalogue, served }
  }
  const hasSession = !kind.isModern && door !== 'edge'

  it('calls tools', async () => {
    const { client } = await open()
    expect(await client.callTool({ name: 'echo', arguments: { q: 'hi' } })).toMatchObject({
      content: [{ type: 'text', text: 'hi' }],
    })
    expect(await client.callTool({ name: 'fail' })).toMatchObject({ isError: true, content: [{ text: 'broken' }] })
    expect(await client.callTool({ name: 'echo', arguments: { q: 1 } })).toMatchObject({ isError: true })
  })

  it('lists and reads', async () => {
    const { client } = await open()
    expect(await client.listResources()).toMatchObject({ resources: [{ uri: 'note://1' }] })
    expect(await client.readResource({ uri: 'note://1' })).toMatchObject({ contents: [{ text: 'a note' }] })
    expect(await client.readResource({ uri: 'page://7' })).toMatchObject({ contents: [{ uri: 'page://7' }] })
    expect(await client.listPrompts()).toMatchObject({ prompts: [{ name: 'visit' }] })
    expect(await client.getPrompt({ name: 'visit', arguments: { city: 'Rome' } })).toMatchObject({
      messages: [{ content: { text: 'Visit Rome' } }],
    })
    await expect(client.readResource({ uri: 'none://1' })).rejects.toThrow(/not found/)
  })

  it('lists page by page', async () => {
    const { client, seen } = await open()
    const names: string[] = []
    let cursor: string | undefined
    do {
      // A client of v2 goes through all pages by itself.
      const page = await client.listTools(cursor === undefined ? {} : { cursor })
      names.push(...page.tools.map(({ name }) => name))
      cursor = page.nextCursor
    } while (cursor !== undefined)
    const all = ['echo', 'fail', 'count', 'log', 'hang', 'sample', 'elicit', 'grow', ...(line === v2 ? ['ask'] : [])]
    expect(names.toSorted()).toEqual(all.toSorted())
    expect(seen.pages).toBe(Math.ceil(all.length / 4))
    await expect(client.listTools({ cursor: 'nonsense' })).rejects.toThrow(/cursor/i)
  })

  it('completes arguments', async () => {
    const { client } = await open()
    const ref = { type: 'ref/prompt', name: 'visit' }
    expect(await client.complete({ ref, argument: { name: 'city', value: 'Pa' } })).toMatchObject({
      completion: { values: ['Paris'] },
    })
  })

  it('hears of progress and logs before the answer', async () => {
    const { client } = await open()
    const heard: number[] = []
    const onprogress = ({ progress }: { progress: number }) => void heard.push(progress)
    expect(await client.callTool({ name: 'count', arguments: { to: 3 } }, { onprogress })).toMatchObject({
      content: [{ text: '3' }],
    })
    expect(heard).toEqual([1, 2, 3])
    await client.callTool({ name: 'log' })
    expect(client.logs).toEqual(['logged'])
  })

  it.runIf(hasSession || kind.isModern)('cancels what it no longer wants', async () => {
    const { client, seen } = await open()
    const gone = new AbortController()
    const call = client.callTool({ name: 'hang' }, { signal: gone.signal })
    await vi.waitFor(() => expect(seen.running).toBe(1))
    gone.abort('no longer wanted')
    await expect(call).rejects.toThrow(/no longer wanted/)
    await vi.waitFor(() => expect(seen.aborted).toBe(1))
  })

  it.runIf(hasSession)('is asked for samples and input', async () => {
    const { client } = await open()
    expect(await client.callTool({ name: 'sample' })).toMatchObject({ content: [{ text: 'sampled' }] })
    expect(await client.callTool({ name: 'elicit' })).toMatchObject({ content: [{ text: 'accept' }] })
  })

  it.runIf(kind.isModern)('answers what a tool wants to know', async () => {
    const { client } = await open()
    expect(await client.callTool({ name: 'ask' })).toMatchObject({ content: [{ text: 'was told: elicit' }] })
  })

  it.runIf(hasSession)('hears that the tools of its server have changed', async () => {
    const { client } = await open()
    let grown = 0
    // It opens the stream for news after the handshake, in its own time.
    await vi.waitFor(async () => {
      await client.callTool({ name: 'grow', arguments: { name: `grown${(grown += 1)}` } })
      expect(client.changes).toContain('tools')
    })
  })

  it.runIf(kind.isModern)(
    'hears of the changes that it subscribes to, and of no others, until it has enough',
    async () => {
      const { client, served } = await open()
      const subscription = await client.listen({ toolsListChanged: true, resourceSubscriptions: ['note://1'] })
      served.notify?.toolsChanged()
      served.notify?.promptsChanged()
      served.notify?.resourceUpdated('note://2')
      served.notify?.resourceUpdated('note://1')
      await vi.waitFor(() => expect(client.changes).toEqual(['tools', 'note://1']))
      await subscription.close()
      expect(await subscription.closed).toBe('local')
      served.notify?.toolsChanged()
      const other = await client.listen({ toolsListChanged: true })
      await served.close(0)
      expect(await other.closed).toBe('graceful')
      expect(client.changes).toEqual(['tools', 'note://1'])
    },
  )

  it.runIf(kind.isModern && door !== 'SDK')('sees at once what was registered anew', async () => {
    const { client, catalogue, served } = await open()
    await expect(client.callTool({ name: 'extra' })).rejects.toThrow(/not found/)
    catalogue.hasExtra = true
    served.notify?.toolsChanged()
    expect(await client.callTool({ name: 'extra' })).toMatchObject({ content: [{ text: 'extra' }] })
  })
})
