import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test, vi } from 'vitest'

vi.setConfig({ testTimeout: 60_000 })

// A test that fails leaves its program running.
const ending: Array<() => void> = []
afterEach(() => ending.splice(0).forEach((end) => end()))

const started = (name: string, env: Record<string, string> = {}) => {
  const child = spawn(process.execPath, ['--import=tsx', '--conditions=@millrace/source', `src/${name}.ts`], {
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

test('the demo shows every mood: fresh, then stale, then fresh again', async () => {
  const { said, ended } = started('demo')
  expect(await ended).toEqual([0, null])
  const [, ...lines] = said.out.trimEnd().split('\n')
  const answers = (mood: string) =>
    lines.filter((line) => line.startsWith(mood)).map((line) => line.slice(11, 66).trim())
  for (const mood of ['slow', 'hung', 'dead']) {
    expect(answers(mood)).toHaveLength(5)
    for (const answer of answers(mood))
      expect(answer).toMatch(/^The weather service does not answer\. This is \d+ s old\.$/)
  }
  expect(answers('healthy')).toHaveLength(10)
  for (const answer of answers('healthy')) expect(answer).toMatch(/^\{"city":"Oslo"/)
})

test('the program says what runs, obeys its control, and ends with code 0', async () => {
  const { child, said, ended } = started('main', { PORT: '0' })
  await vi.waitFor(() => expect(said.out).toMatch(/curl.*\n/), { timeout: 30_000 })
  const control = /curl -d hung (\S+)/.exec(said.out)?.[1] ?? ''
  expect(await (await fetch(control, { method: 'POST', body: 'hung' })).json()).toMatchObject({ mood: 'hung' })
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  expect(said.err).toBe('')
})

test('a PORT that cannot be had is one line', async () => {
  const busy = createServer().listen(0, '127.0.0.1')
  await once(busy, 'listening')
  ending.push(() => busy.close())
  const { port } = busy.address() as AddressInfo
  for (const [value, sentence] of [
    ['abc', /^PORT must be a number from 0 to 65533, got 'abc'\.\n$/],
    // It takes the next two as well, which somebody else may have.
    [String(port), /^Port \d+ cannot be used \(EADDRINUSE\); set PORT to another one\.\n$/],
  ] as const) {
    const { said, ended } = started('main', { PORT: value })
    expect(await ended).toEqual([1, null])
    expect(said).toEqual({ out: '', err: expect.stringMatching(sentence) })
  }
})
