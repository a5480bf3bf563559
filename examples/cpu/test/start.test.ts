import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { afterEach, expect, test, vi } from 'vitest'

vi.setConfig({ testTimeout: 60_000 })

// A test that fails leaves its program running.
const ending: Array<() => void> = []
afterEach(() => ending.splice(0).forEach((end) => end()))

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const scripts = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { scripts: Record<string, string> }
).scripts

/** Runs a script of package.json, as the README says to. */
const started = (script: string, env: Record<string, string> = {}) => {
  const [, ...args] = (scripts[script] ?? '').replace('exec ', '').split(' ')
  const child = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  ending.push(() => child.kill('SIGKILL'))
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text))
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
  return { child, said, ended }
}

/** Lines without what depends on the machine, sorted: the two that run at once end in any order. */
const shape = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.replace(/meanwhile \d+|within \d+ ms|of \d+ KB|\d+ ms$/g, '#').replace(/\s+/g, ' '))
    .sort()

test.runIf('getHeapStatistics' in Worker.prototype)('the demo prints what the README shows', async () => {
  expect(readme).toContain('npm run demo')
  const shown = /```\n(a picture[^]*?)```/.exec(readme)?.[1] ?? ''
  const { said, ended } = started('demo')
  expect(await ended).toEqual([0, null])
  expect(said.err).toBe('')
  expect(shape(said.out)).toEqual(shape(shown))
})

test('the program says where it serves, and ends with code 0', async () => {
  expect(readme).toContain('npm start')
  const { child, said, ended } = started('start', { PORT: '0' })
  await vi.waitFor(() => expect(said.out).toMatch(/served at http.*\n/), { timeout: 30_000 })
  const url = /http\S+/.exec(said.out)?.[0] ?? ''
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  const params = { name: 'primes', arguments: { upTo: 1_000 } }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
  const response = await fetch(url, { method: 'POST', headers, body })
  expect(await response.text()).toContain('168 primes up to 1000')
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  expect(said.err).toBe('')
})

test('a PORT that cannot be had is one line, and ends the threads', async () => {
  const busy = createServer().listen(0, '127.0.0.1')
  await once(busy, 'listening')
  ending.push(() => busy.close())
  const { port } = busy.address() as AddressInfo
  for (const [value, sentence] of [
    ['abc', /^PORT must be a number from 0 to 65535, got 'abc'\.\n$/],
    [String(port), new RegExp(`^[^\\n]*${port}[^\\n]*\\n$`)],
  ] as const) {
    const { said, ended } = started('start', { PORT: value })
    expect(await ended).toEqual([1, null])
    expect(said).toEqual({ out: '', err: expect.stringMatching(sentence) as string })
  }
})
