import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { readme, started } from './started.ts'

vi.setConfig({ testTimeout: 120_000 })

/** Lines without what depends on the machine. */
const shape = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .map((line) =>
      line
        .replace(/\d+ (?:answered|refused)|\d+ ms|"madeBy":\d+|made by \d+/g, (found) => found.replace(/\d+/, '#'))
        .replace(/\s+/g, ' '),
    )

test('the demo prints what the README shows', async () => {
  expect(readme).toContain('npm run demo')
  const shown = /```\n(40 callers[^]*?)```/.exec(readme)?.[1] ?? ''
  const { said, ended } = await started('demo')
  expect(await ended).toEqual([0, null])
  expect(said.err).toBe('')
  expect(shape(said.out)).toEqual(shape(shown))
  expect(said.out).toMatch(/one report +1 loads, 40 answers made by 1,/)
  expect(said.out).toMatch(/once more +0 loads, 40 answers made by 1,/)
  const [, oldMs = NaN, answered = NaN, refused = NaN] =
    /after (\d+) ms[^]* (\d+) answered, (\d+) refused/.exec(said.out)?.map(Number) ?? []
  expect(oldMs).toBeLessThan(100)
  expect(answered).toBeGreaterThanOrEqual(20)
  expect(answered + refused).toBe(80)
})

test('the README shows the lines that are there', () => {
  const source = readFileSync(new URL('../src/shared.ts', import.meta.url), 'utf8').replace(/\s+/g, ' ')
  const [, block = ''] = /```ts\n([^]*?)```/.exec(readme) ?? []
  const lines = block.split('\n').filter((line) => /cached|redisBus/.test(line) && !line.startsWith('use'))
  expect(lines).toHaveLength(3)
  for (const line of lines) expect(source).toContain(line.trim().replace(/\s+/g, ' '))
})
