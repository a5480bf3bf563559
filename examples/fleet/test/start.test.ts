import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
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

test('a machine without Redis is told what to do', async () => {
  const { said, ended } = await started('start', { PORT: '0', PATH: '/nowhere' })
  expect(await ended).toEqual([1, null])
  expect(said).toEqual({ out: '', err: 'There is no redis-server on the PATH: install one, or set REDIS_URL.\n' })
})
