import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { monitoring } from './files.ts'

const textOf = (path: string): string => readFileSync(join(import.meta.dirname, '..', '..', path), 'utf8')

test.each(monitoring(textOf))('$path is what `npm run monitoring` writes', ({ path, written }) => {
  expect(textOf(path)).toBe(written)
})

test('a page without a place for its table is told of', () => {
  expect(() => monitoring(() => '# Metrics')).toThrow('docs/metrics.md has no place for its table, between')
})
