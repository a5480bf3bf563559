import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const codesIn = (text: string, code: RegExp) =>
  [...new Set([...text.matchAll(code)].map(([, name = '']) => name))].toSorted((a, b) => a.localeCompare(b))

it('every warning on the process is in the table of codes, and nothing else is', () => {
  const cwd = new URL('..', import.meta.url)
  const sources = globSync('packages/*/src/**/*.ts', { cwd: cwd.pathname }).filter(
    (path) => !/\.test(-d)?\.ts$/.test(path),
  )
  const emitted = codesIn(sources.map(read).join('\n'), /\b(MILLRACE_[A-Z_]+)\b/g)
  expect(emitted.length).toBeGreaterThan(5)
  expect(codesIn(read('packages/mcp/README.md'), /^\| `(MILLRACE_[A-Z_]+)` \|/gm)).toEqual(emitted)
})
