import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'millrace-lint-'))
let found: string[]

/** Lines that break a rule, with the name the linter has for it. */
const planted = [
  ['eslint(no-restricted-properties)', 'export const a = AbortSignal.timeout(5)'],
  ['eslint(no-restricted-properties)', 'export const b = AbortSignal.any([a])'],
  ['typescript(no-explicit-any)', 'export function c(d: any): void {}'],
  ['eslint(no-console)', 'console.log(a)'],
  ['typescript(no-floating-promises)', 'Promise.resolve(1)'],
  ['eslint(eqeqeq)', 'export const e = (f: unknown) => f == 1'],
  ['typescript(await-thenable)', 'export const g = await 1'],
  ['eslint(no-warning-comments)', '// TODO: later'],
  ['typescript(ban-ts-comment)', '// @ts-ignore'],
  ['import(no-cycle)', "import { j } from './other.ts'"],
  ['unicorn(prefer-node-protocol)', "import fs from 'fs'"],
  ['eslint(no-unused-vars)', 'const unused = [j, fs]'],
  ['eslint(no-restricted-imports)', "import 'node:crypto'"],
] as const

beforeAll(async () => {
  write('packages/one/src/planted.ts', planted.map(([, line]) => `${line}\n`).join(''))
  write('packages/one/src/other.ts', "import { a } from './planted.ts'\nexport const j = a\n")
  write('scripts/free.ts', "console.log('a script may print')\nexport const a = AbortSignal.timeout(5)\n")
  write('tsconfig.json', JSON.stringify({ extends: './tsconfig.base.json', compilerOptions: { types: [] } }))
  for (const name of ['.oxlintrc.json', 'tsconfig.base.json']) cpSync(join(root, name), join(folder, name))
  found = await lint()
})
afterAll(() => rmSync(folder, { recursive: true }))

test.for(planted.map(([rule], index) => `packages/one/src/planted.ts:${index + 1} ${rule}`))('finds %s', (fault) => {
  expect(found).toContain(fault)
})

test('what is forbidden in packages is free elsewhere', () => {
  expect(found.filter((line) => line.startsWith('scripts/'))).toEqual([])
})

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

async function lint(): Promise<string[]> {
  const bin = join(root, 'node_modules', '.bin')
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}` }
  const run = promisify(execFile)(join(bin, 'oxlint'), ['--format=json'], { cwd: folder, env })
  const { stdout } = await run.catch((error: { stdout: string }) => error)
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { filename: string; code: string; labels: { span: { line: number } }[] }[]
  }
  return diagnostics.map(({ filename, code, labels }) => `${filename}:${labels[0]?.span.line} ${code}`)
}
