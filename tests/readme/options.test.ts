import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

it.each([
  ['timeouts', 'timeout/timeout', ['timeoutMs']],
  ['retries', 'retry/retry', ['attempts', 'isRetryable']],
  ['retries', 'retry/retryBudget', ['ratio', 'minPerSecond', 'ttlMs']],
  ['hedging', 'hedge/hedge', ['percentile', 'maxKeys']],
  ['breakers', 'breaker/plan', ['window', 'maxHalfOpenMs']],
])('docs/%s.md has a table of the options of %s, with defaults', (page, source, some) => {
  const options = [...read(`packages/resilience/src/${source}.ts`).matchAll(/^ {2}readonly (\w+)\?:/gm)].map(
    ([, name]) => name,
  )
  expect(options).toEqual(expect.arrayContaining(some))
  const rows = [...read(`docs/${page}.md`).matchAll(/^\| `(\w+)` \| .+ \| .+ \|$/gm)].map(([, name]) => name)
  expect(rows).toEqual(expect.arrayContaining(options))
})

it('docs/timeouts.md names the default', () => {
  expect(read('docs/timeouts.md')).toContain('30 s')
})
