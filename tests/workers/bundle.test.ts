import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const page = readFileSync(join(import.meta.dirname, '../../docs/workers.md'), 'utf8')

const node = (file: string): string =>
  execFileSync(process.execPath, ['--conditions=@millrace/source', file], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })

const answer = '[[2,3,5,7,11,13,17,19],4]'

test('a program and its tasks run from their TypeScript', () => {
  expect(node('program.ts')).toBe(answer)
})

test.each([[[]], [['--minify']]])('they run from bundles that leave out what the page says, with %j', (more) => {
  const outside = ['piscina', '@millrace/workers']
  expect(page).toContain(`rolldown \`external: ['${outside.join("', '")}']\``)
  // Within the tests, where the packages can be found.
  const folder = mkdtempSync(join(import.meta.dirname, 'bundle-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const args = [
    'program.ts',
    'sieve.ts',
    '--dir',
    folder,
    '--format',
    'esm',
    ...outside.flatMap((name) => ['-e', name]),
  ]
  execFileSync('npx', ['rolldown', ...args, ...more], { cwd: import.meta.dirname, stdio: 'pipe' })
  expect(node(join(folder, 'program.js'))).toBe(answer)
})
