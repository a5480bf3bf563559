import { describe, expect, it, vi } from 'vitest'
import { load } from '../fixtures/load.ts'
import { legacy, legacyHeaders, modern } from '../fixtures/post.ts'
import { run } from '../fixtures/processes.ts'
import type { Running } from '../fixtures/processes.ts'

const ask = async (url: URL, name: string, input: object = {}): Promise<string> => {
  const init = legacy('tools/call', { name, arguments: input })
  // Each on a connection of its own, so that it may come to any process.
  const response = await fetch(url, { ...init, headers: { ...init.headers, connection: 'close' } })
  const { result } = (await response.json()) as { result: { content: [{ text: string }] } }
  return result.content[0].text
}

/** The processes that answer, by their ids. */
const pids = async (url: URL): Promise<Set<string>> =>
  new Set(await Promise.all(Array.from({ length: 16 }, () => ask(url, 'pid').catch(() => 'none'))))

/** Runs two workers, both of which answer. */
const runTwo = async (options: object = {}): Promise<Running & { readonly before: Set<string> }> => {
  const running = await run({ workers: 2, ...options })
  let before = new Set<string>()
  await vi.waitFor(async () => {
    before = await pids(running.url)
    expect(before.size).toBe(2)
  }, patience)
  return { ...running, before }
}

/** How many calls all processes of a program that has ended have begun. */
const begun = (lines: readonly string[]): number =>
  lines.reduce((sum, line) => sum + Number(/^begun (\d+)/.exec(line)?.[1] ?? 0), 0)

const patience = { timeout: 30_000, interval: 100 }
const slow = { name: 'slow', arguments: { ms: 5 } }

describe('several processes at one port', { timeout: 90_000 }, () => {
  it('share its connections; one that crashes is started again, and the others go on', async () => {
    const { url, before } = await runTwo()
    await expect(ask(url, 'crash')).rejects.toThrow('fetch failed')
    expect(before).toContain(await ask(url, 'pid'))
    await vi.waitFor(async () => {
      const after = await pids(url)
      expect(after.size).toBe(2)
      expect(after).not.toEqual(before)
    }, patience)
  })

  it('are not held up by one in a loop without end: it is killed, and another started', async () => {
    const { url, before } = await runTwo({ maxBlockedMs: 5000 })
    await expect(ask(url, 'loop')).rejects.toThrow('fetch failed')
    await vi.waitFor(async () => {
      const after = await pids(url)
      expect(after.size).toBe(2)
      expect([...after].filter((pid) => before.has(pid))).toHaveLength(1)
    }, patience)
  })

  it('tell the subscribers of all of them what one of them says has changed, and are counted together', async () => {
    const { url, process: primary, lines } = await runTwo()
    const notifications = { toolsListChanged: true, resourceSubscriptions: ['note://1'] }
    const listen = modern('subscriptions/listen', { notifications })
    // Connections go to the processes in turn.
    const streams = await Promise.all(Array.from({ length: 8 }, () => fetch(url, listen)))
    const heard = streams.map(async ({ body }) => {
      let text = ''
      for await (const chunk of body ?? []) {
        text += Buffer.from(chunk).toString()
        if (text.includes('list_changed') && text.includes('note://1')) return true
      }
      return false
    })
    await ask(url, 'announce')
    expect(await Promise.all(heard)).toEqual(streams.map(() => true))
    await vi.waitFor(() => {
      primary.kill('SIGUSR2')
      expect(lines.at(-1)).toMatch(/^\{"active":0,"servers":\d,"sessions":0,"workers":2\}$/)
    }, patience)
  })

  it('are all started anew on SIGHUP, without a call being lost on connections that are kept alive', async () => {
    const { url, process: primary, before, lines, ended } = await runTwo({ hasLifespan: true })
    const calls = load(url, 8, slow)
    primary.kill('SIGHUP')
    await vi.waitFor(async () => {
      const now = await pids(url)
      expect([...now].filter((pid) => before.has(pid))).toEqual([])
      expect(now.size).toBe(2)
    }, patience)
    const count = calls.answers.length
    await vi.waitFor(() => expect(calls.answers.length).toBeGreaterThan(count + 50), patience)
    await calls.stop()
    expect(calls.failures).toEqual([])
    expect(new Set(calls.answers).size).toBeGreaterThanOrEqual(3)
    primary.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    expect(begun(lines)).toBe(calls.answers.length)
  })

  it('are all started anew on SIGHUP, without somebody being sent away who connects meanwhile', async () => {
    const { url, process: primary, before } = await runTwo()
    const calls = { isOver: false, failures: [] as unknown[] }
    const fresh = Array.from({ length: 4 }, async () => {
      while (!calls.isOver) await ask(url, 'pid').catch((error: unknown) => calls.failures.push(error))
    })
    primary.kill('SIGHUP')
    await vi.waitFor(async () => {
      const now = await pids(url)
      expect([...now].filter((pid) => before.has(pid))).toEqual([])
      expect(now.size).toBe(2)
    }, patience)
    calls.isOver = true
    await Promise.all(fresh)
    expect(calls.failures).toEqual([])
  })

  it('end on SIGTERM under load with code 0, and every call that has begun is answered', async () => {
    const { url, process: primary, lines, ended } = await runTwo()
    const calls = load(url, 8, slow)
    await vi.waitFor(() => expect(calls.answers.length).toBeGreaterThan(100), patience)
    primary.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    await calls.stop()
    expect(calls.failures).toEqual([])
    expect(begun(lines)).toBe(calls.answers.length)
  })
})

describe('sessions of several processes', { timeout: 90_000 }, () => {
  const handshake = legacy('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'client', version: '1' },
  })

  const sessionsOf = (url: URL) => {
    // Each on a connection of its own, so that it may come to any process.
    const headers = { ...legacyHeaders, connection: 'close' }
    const begin = async (): Promise<string> => {
      const response = await fetch(url, { ...handshake, headers })
      await response.text()
      return response.headers.get('mcp-session-id') ?? ''
    }
    const askIn = async (id: string, name: string): Promise<string> => {
      const init = legacy('tools/call', { name, arguments: {} })
      // A connection that the first process hands to one that has just died is nobody's.
      const signal = AbortSignal.timeout(3000)
      const response = await fetch(url, { ...init, signal, headers: { ...headers, 'mcp-session-id': id } })
      const text = await response.text()
      return response.ok ? (/"text":"(\d+)"/.exec(text)?.[1] ?? text) : String(response.status)
    }
    return { begin, askIn }
  }

  it('are each had from any of them, until the one that has it dies', async () => {
    const { url, process: primary, ended } = await runTwo({ sessions: true })
    const { begin, askIn } = sessionsOf(url)
    const ids = await Promise.all(Array.from({ length: 8 }, begin))
    const homes = await Promise.all(ids.map((id) => askIn(id, 'pid')))
    expect(new Set(homes).size).toBe(2)
    for (const [index, id] of ids.entries()) {
      const answers = await Promise.all(Array.from({ length: 6 }, () => askIn(id, 'pid')))
      expect(new Set(answers)).toEqual(new Set([homes[index]]))
    }
    process.kill(Number(homes[0]), 'SIGKILL')
    await vi.waitFor(async () => {
      for (const [index, id] of ids.entries()) {
        expect(await askIn(id, 'pid')).toBe(homes[index] === homes[0] ? '404' : homes[index])
      }
    }, patience)
    primary.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })
})

describe('one process', { timeout: 60_000 }, () => {
  it.each([false, true])(
    'ends on SIGTERM under load with code 0, and every call that has begun is answered (lifespan: %s)',
    async (hasLifespan) => {
      const { url, process: only, lines, ended } = await run({ hasLifespan })
      const calls = load(url, 8, slow)
      const last = ask(url, 'slow', { ms: 1500 })
      await vi.waitFor(() => expect(calls.answers.length).toBeGreaterThan(100), patience)
      only.kill('SIGTERM')
      expect(await last).toBe(String(only.pid))
      expect(await ended).toEqual([0, null])
      await calls.stop()
      expect(calls.failures).toEqual([])
      expect(begun(lines)).toBe(calls.answers.length + 1)
    },
  )

  it('listens only when what it leans on is up', async () => {
    const { url } = await run({ hasLifespan: true, startMs: 300 })
    expect(await ask(url, 'up')).toBe('true')
  })

  it('ends at once at a second signal', async () => {
    const { url, process: only, ended } = await run({})
    const hung = ask(url, 'slow', { ms: 60_000 }).catch(() => 'lost')
    await ask(url, 'pid')
    await vi.waitFor(() => {
      only.kill('SIGTERM')
      expect(only.exitCode ?? only.signalCode).not.toBeNull()
    }, patience)
    expect(await hung).not.toBe(String(only.pid))
    await ended
  })
})
