import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { hasRedis } from './hasRedis.ts'
import { readme, started } from './started.ts'

vi.setConfig({ testTimeout: 60_000 })

const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
const ask = async (url: string, name: string, input: object): Promise<string> => {
  const params = { name, arguments: input }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
  return (await fetch(url, { method: 'POST', headers, body })).text()
}

test('four processes serve, share what one has made, and end with code 0', async () => {
  expect(readme).toContain('npm start')
  const { child, said, ended } = await started('start', { PORT: '0' })
  await vi.waitFor(() => expect(said.out.match(/http:\S+/g)).toHaveLength(4), { timeout: 30_000 })
  const urls = said.out.match(/http:\S+/g) ?? []
  const made = await ask(urls[0] ?? '', 'report', { id: 7 })
  expect(made).toContain('Report 7')
  for (const url of urls) expect(await ask(url, 'report', { id: 7 })).toBe(made)
  expect(await ask(urls[3] ?? '', 'rename_report', { id: 7, name: 'Seven' })).toContain('Seven')
  await vi.waitFor(async () => expect(await ask(urls[0] ?? '', 'report', { id: 7 })).toContain('Seven'))
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  expect(said.err).toBe('')
})

test('a PORT that cannot be had is one line, and leaves nothing running', async () => {
  const busy = createServer().listen(0, '127.0.0.1')
  await once(busy, 'listening')
  onTestFinished(() => void busy.close())
  const { port } = busy.address() as AddressInfo
  for (const [value, sentence] of [
    ['abc', /^PORT must be a number from 0 to 65532, got 'abc'\.\n$/],
    [String(port), new RegExp(`^No process could be started on port ${port}: it is taken\\.\\n$`)],
  ] as const) {
    const { said, ended } = await started('start', { PORT: value })
    expect(await ended).toEqual([1, null])
    expect(said).toEqual({ out: '', err: expect.stringMatching(sentence) as string })
  }
})

test.skipIf(process.platform !== 'linux').each(['start', 'demo'])(
  '%s that is ended before all is up leaves nothing running',
  async (script) => {
    const folder = mkdtempSync(join(tmpdir(), 'fleet-test-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    await hasRedis()
    const [program = ''] = execFileSync('sh', ['-c', 'command -v redis-server || command -v valkey-server'], {
      encoding: 'utf8',
    }).split('\n')
    writeFileSync(join(folder, 'redis-server'), `#!/bin/sh\necho $$ > ${folder}/pid\nexec ${program} "$@"\n`, {
      mode: 0o755,
    })
    const { child, ended } = await started(script, {
      PORT: '0',
      PATH: `${folder}:${process.env['PATH']}`,
      TMPDIR: folder,
    })
    const pid = await vi.waitFor(() => Number(readFileSync(join(folder, 'pid'), 'utf8').trim() || NaN), {
      timeout: 30_000,
    })
    // Its members are starting.
    await vi.waitFor(() => expect(children(child.pid ?? 0).length).toBeGreaterThan(1), { timeout: 30_000 })
    const all = [pid, ...children(child.pid ?? 0)]
    child.kill('SIGTERM')
    expect(await ended).toEqual([1, null])
    await vi.waitFor(() => expect(all.filter(isRunning)).toEqual([]), { timeout: 30_000 })
    expect(readdirSync(folder).filter((name) => name.startsWith('fleet-redis-'))).toEqual([])
  },
)

const children = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').map(Number).filter(Boolean)

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('a machine without Redis is told what to do', async () => {
  const { said, ended } = await started('start', { PORT: '0', PATH: '/nowhere' })
  expect(await ended).toEqual([1, null])
  expect(said).toEqual({ out: '', err: 'There is no redis-server on the PATH: install one, or set REDIS_URL.\n' })
})
