import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { sha256 } from './sha256.ts'

test.for(['', 'abc', 'ü€😀', '\ud800', 'x'.repeat(100_000)])('is what node:crypto says of a text (%#)', (text) => {
  expect(sha256(text)).toBe(createHash('sha256').update(text, 'utf8').digest('base64url'))
  expect(sha256(text)).toHaveLength(43)
})

test('loads node:crypto when something is hashed, not before', () => {
  const program = `
    const isLoaded = () => process.moduleLoadList.includes('NativeModule crypto')
    const { sha256 } = await import('./sha256.ts')
    const before = isLoaded()
    sha256('a')
    console.log(before, isLoaded())`
  const args = ['--input-type=module', '--no-warnings', '--eval', program]
  expect(execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' })).toBe('false true\n')
})
