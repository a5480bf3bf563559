import { readdir, stat } from 'node:fs/promises'
import { manualClock } from '@millrace/core/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { listen } from '../fixtures/listen.ts'
import { neighbourhood } from '../fixtures/neighbourhood.ts'
import { legacy, legacyHeaders } from '../fixtures/post.ts'
import { v1, v2 } from '../fixtures/servers.ts'
import { talkative } from '../fixtures/serving.ts'
import type { EdgeOptions } from '../options.ts'

const handshake = legacy('initialize', {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'client', version: '1' },
})

describe.each([v1, v2])('processes that answer at one port, with sessions of a $name server', (line) => {
  const open = async (options: EdgeOptions = {}) => {
    const seen = { running: 0, aborted: 0 }
    const { all, handler, folder, close } = await neighbourhood(() => talkative(line, seen), options)
    const front = await listen(handler)
    onTestFinished(async () => {
      await close()
      await front.close()
    })
    const { url } = front
    const start = async (headers: object = {}): Promise<string> => {
      const response = await fetch(url, { ...handshake, headers: { ...handshake.headers, ...headers } })
      await response.text()
      return response.headers.get('mcp-session-id') ?? ''
    }
    const inSession = (id: string, headers: object = {}) => ({ ...legacyHeaders, 'mcp-session-id': id, ...headers })
    const ask = async (id: string, headers: object = {}, init: RequestInit = legacy('tools/list')) => {
      const response = await fetch(url, { ...init, headers: inSession(id, headers) })
      return { status: response.status, headers: response.headers, text: await response.text() }
    }
    const ownerOf = (id: string) => all.find(({ neighbours }) => neighbours.newId().slice(0, 17) === id.slice(0, 17))!
    return { all, url, folder, seen, start, ask, inSession, ownerOf }
  }

  it('answer whichever of them is asked, as the one would that has the session', async () => {
    const { all, start, ask, inSession, url } = await open()
    const ids = [await start(), await start(), await start()]
    expect(all.map(({ endpoint }) => endpoint.stats().sessions)).toEqual([1, 1, 1])
    for (const id of ids) {
      const answers = [await ask(id), await ask(id), await ask(id)]
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
      expect(new Set(answers.map(({ text }) => text.slice(text.indexOf('{')))).size).toBe(1)
    }
    await fetch(url, { method: 'DELETE', headers: inSession(ids[0]!) })
    for (const [id, status] of [[ids[0]!, 404] as const, [ids[1]!, 200] as const, [ids[2]!, 200] as const]) {
      for (let turn = 0; turn < 3; turn += 1) expect((await ask(id)).status).toBe(status)
    }
  })

  it('pass on what the body is, and everything the answer says, as bytes', async () => {
    const { start, ask } = await open({ compressFromBytes: 1 })
    const id = await start()
    const q = 'ä\u2028€'.repeat(10_000)
    const call = legacy('tools/call', { name: 'echo', arguments: { q } })
    for (let turn = 0; turn < 3; turn += 1) {
      const { status, headers, text } = await ask(id, { 'x-request-id': `r${turn}` }, call)
      expect([status, headers.get('x-request-id'), text.includes(q)]).toEqual([200, `r${turn}`, true])
    }
    const tooMuch = legacy('tools/call', { name: 'echo', arguments: { q: 'x'.repeat(5 * 2 ** 20) } })
    for (let turn = 0; turn < 3; turn += 1) {
      expect((await ask(id, {}, tooMuch).catch(() => ({ status: 413 }))).status).toBe(413)
    }
  })

  it('hand no session to whom it does not belong', async () => {
    const { start, ask } = await open({
      authenticate: ({ headers }) => {
        const token = headers.get('authorization') ?? ''
        return { token, clientId: 'one for all', scopes: [], extra: { iss: 'https://issuer', sub: token } }
      },
    })
    const id = await start({ authorization: 'ann' })
    for (let turn = 0; turn < 3; turn += 1) {
      expect((await ask(id, { authorization: 'bob' })).status).toBe(404)
      expect((await ask(id, { authorization: 'ann' })).status).toBe(200)
    }
  })

  it('tell each other that a client has left', async () => {
    const { start, inSession, url, seen, ownerOf } = await open()
    const id = await start()
    const call = { ...legacy('tools/call', { name: 'wait', arguments: { q: '' } }), headers: inSession(id) }
    const gone = new AbortController()
    const answers = Array.from({ length: 3 }, () => fetch(url, { ...call, signal: gone.signal }))
    await vi.waitFor(() => expect(seen.running).toBe(3))
    gone.abort()
    await Promise.allSettled(answers)
    await vi.waitFor(() => expect(ownerOf(id).endpoint.stats().active).toBe(0))
  })

  it('end a stream of one that ends', async () => {
    const { all, start, inSession, ownerOf } = await open()
    const id = await start()
    const front = await listen(all.find((one) => one !== ownerOf(id))!.handler)
    onTestFinished(front.close)
    const stream = await fetch(front.url, { headers: inSession(id, { accept: 'text/event-stream' }) })
    expect(stream.status).toBe(200)
    const text = stream.text().catch(() => 'cut off')
    await ownerOf(id).close()
    expect(await text).toBeTypeOf('string')
  })

  it('know nothing of a session whose process has gone, nor of ids that are none', async () => {
    const { all, start, ask, inSession, ownerOf, folder } = await open()
    const id = await start()
    const [name, uuid] = id.split('.') as [string, string]
    for (const made of [
      `${'0'.repeat(16)}.${uuid}`,
      `../${name}.${uuid}`,
      name,
      `${name}.`,
      `..%2f..%2fetc%2fpasswd.${uuid}`,
      `${name}.${uuid}x`,
      `${name.toUpperCase()}.${uuid}`,
    ]) {
      const answers = await Promise.all([ask(made), ask(made), ask(made)])
      expect([made, ...answers.map(({ status }) => status)]).toEqual([made, 404, 404, 404])
    }
    const front = await listen(all.find((one) => one !== ownerOf(id))!.handler)
    onTestFinished(front.close)
    await ownerOf(id).close()
    const { status } = await fetch(front.url, { ...legacy('tools/list'), headers: inSession(id) })
    expect(status).toBe(404)
    expect((await readdir(folder)).length).toBe(2)
    expect((await stat(folder)).mode & 0o077).toBe(0)
  })

  it('wait for what they have passed on when they leave, and tell its client to look elsewhere', async () => {
    const { all, start, inSession, url, seen, ownerOf } = await open()
    const id = await start()
    const other = all.find((one) => one !== ownerOf(id))
    const front = await listen(other!.handler)
    onTestFinished(front.close)
    const gone = new AbortController()
    const call = legacy('tools/call', { name: 'wait', arguments: { q: '' } })
    const answer = fetch(front.url, { ...call, headers: inSession(id), signal: gone.signal }).catch(() => {})
    await vi.waitFor(() => expect(seen.running).toBe(1))
    const clock = manualClock()
    const settled = vi.fn<() => void>()
    const waiting = other!.neighbours.settled(clock, 1000).then(settled)
    other!.neighbours.leave()
    const last = await fetch(front.url, { ...legacy('tools/list'), headers: inSession(id) })
    expect([last.status, last.headers.get('connection')]).toEqual([200, 'close'])
    await last.text()
    expect(settled).not.toHaveBeenCalled()
    gone.abort()
    await answer
    await waiting
    await other!.neighbours.settled(clock, 1000)
    expect(new URL(url).port).not.toBe(front.url.port)
  })

  it('wait only for so long', async () => {
    const { all, start, inSession, seen, ownerOf } = await open()
    const id = await start()
    const other = all.find((one) => one !== ownerOf(id))
    const front = await listen(other!.handler)
    onTestFinished(front.close)
    const gone = new AbortController()
    onTestFinished(() => gone.abort())
    const call = legacy('tools/call', { name: 'wait', arguments: { q: '' } })
    void fetch(front.url, { ...call, headers: inSession(id), signal: gone.signal }).catch(() => {})
    await vi.waitFor(() => expect(seen.running).toBe(1))
    const clock = manualClock()
    const waiting = other!.neighbours.settled(clock, 1000)
    clock.advance(2000)
    await waiting
  })
})
