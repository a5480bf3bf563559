import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { readme, started } from './started.ts'

vi.setConfig({ testTimeout: 60_000 })

/** Lines without what depends on the machine. */
const shape = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd().replace(/ +\d+ ms$/, ' # ms'))
    // How many reads were slow enough to be asked for again is a matter of time.
    .map((line) =>
      line.replace(/^((?:50|every tenth|every third|that|.*nobody asked).* \d+) +\d+( +\d # ms)$/, '$1 #$2'),
    )

test('the demo prints what the README shows', async () => {
  expect(readme).toContain('npm run demo')
  const shown = /```\n( +calls[^]*?)```/.exec(readme)?.[1] ?? ''
  const { said, ended } = started('demo')
  expect(await ended).toEqual([0, null])
  expect(said.err).toBe('')
  expect(shape(said.out)).toEqual(shape(shown))
  const asked = (line: string): number => Number(new RegExp(`${line}.* 50 +(\\d+) +0`).exec(said.out)?.[1])
  expect(asked('50 products at once')).toBeLessThan(60)
  // Some of the reads that took a second were asked for beside that, and those that failed again.
  expect(asked('every tenth answer')).toBeGreaterThan(50)
  expect(asked('every third request')).toBeGreaterThan(60)
})

test('the program says what runs, obeys its control, and ends with code 0', async () => {
  expect(readme).toContain('npm start')
  const { child, said, ended } = started('start', { PORT: '0' })
  await vi.waitFor(() => expect(said.out).toMatch(/curl.*\n/), { timeout: 30_000 })
  const api = /The API +(\S+)/.exec(said.out)?.[1] ?? ''
  expect(await (await fetch(`${api}/mood/down`)).json()).toMatchObject({ mood: 'down' })
  expect((await fetch(`${api}/products/1`)).status).toBe(503)
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
    ['abc', /^PORT must be a number from 0 to 65534, got 'abc'\.\n$/],
    [String(port), new RegExp(`^[^\\n]*${port}[^\\n]*\\n$`)],
    // The API takes the next one.
    [String(port - 1), new RegExp(`^Port ${port} cannot be used \\(EADDRINUSE\\); set PORT to another one\\.\\n$`)],
  ] as const) {
    const { said, ended } = started('start', { PORT: value })
    expect(await ended).toEqual([1, null])
    expect(said).toEqual({ out: '', err: expect.stringMatching(sentence) as string })
  }
})
