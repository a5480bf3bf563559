import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { apiFaults, apiReport, reportPath } from './api.ts'
import { contentFaults } from './content.ts'
import type { Packed } from './pack.ts'
import { publintFaults, typesFaults } from './publishable.ts'
import { importBytes, sizeFaults } from './size.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-packed-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const manifest = {
  name: 'sound',
  version: '1.0.0',
  license: 'MIT',
  type: 'module',
  sideEffects: false,
  files: ['dist'],
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
}
const files = {
  'package.json': JSON.stringify(manifest),
  LICENSE: 'MIT',
  'README.md': '# sound',
  'dist/index.js': "export { two } from './two.js'\nexport const one = 1\n",
  'dist/index.d.ts': "export { two } from './two.ts';\nexport declare const one = 1;\n",
  'dist/two.js': 'export const two = 2\n',
  'dist/two.d.ts': 'export declare const two = 2;\n',
}

/** A packed package of these files; a file that is `undefined` is left out. */
function packed(changes: Record<string, string | undefined> = {}): Packed {
  const unpacked = join(folder, 'package')
  for (const [path, text] of Object.entries({ ...files, ...changes })) {
    if (text === undefined) continue
    mkdirSync(dirname(join(unpacked, path)), { recursive: true })
    writeFileSync(join(unpacked, path), text)
  }
  const tarball = join(folder, 'package.tgz')
  execFileSync('tar', ['-czf', tarball, '-C', folder, 'package'])
  return { name: 'sound', folder: unpacked, entries: { '.': './src/index.ts' }, programs: [], tarball, unpacked }
}

async function faultsOf(one: Packed): Promise<string[]> {
  return [...contentFaults(one), ...(await publintFaults(one)), ...(await typesFaults(one))]
}

describe('a tarball', () => {
  test('that is sound has no fault', async () => {
    expect(await faultsOf(packed())).toEqual([])
  })

  test.for([
    ['without a license', { LICENSE: undefined }, 'lacks LICENSE'],
    ['with a test', { 'dist/two.test.js': '', 'dist/two.test.d.ts': '' }, 'contains dist/two.test.js'],
    ['with a type test', { 'dist/two.test-d.js': '', 'dist/two.test-d.d.ts': '' }, 'contains dist/two.test-d.js'],
    ['with fixtures', { 'dist/fixtures/a.js': '', 'dist/fixtures/a.d.ts': '' }, 'contains dist/fixtures/a.js'],
    ['with sources', { 'src/index.ts': '' }, 'contains src/index.ts'],
    ['with a file that is missing', { 'dist/two.js': undefined }, 'dist/index.js imports ./two.js'],
    ['with types that are missing', { 'dist/two.d.ts': undefined }, 'dist/index.d.ts imports ./two.ts'],
    [
      'with a workspace range',
      { 'package.json': JSON.stringify({ ...manifest, dependencies: { a: 'workspace:*' } }) },
      'still says workspace:',
    ],
    [
      'with exports that are missing',
      { 'package.json': files['package.json'].replaceAll('index', 'main') },
      'dist/main.js but the file does not exist',
    ],
    [
      'with types in the wrong order',
      {
        'package.json': JSON.stringify({
          ...manifest,
          exports: { '.': { default: './dist/index.js', types: './dist/index.d.ts' } },
        }),
      },
      'types should be the first',
    ],
    ['with CommonJS in ESM', { 'dist/two.js': 'exports.two = 2\n', 'dist/index.js': 'module.exports = {}\n' }, 'CJS'],
    [
      'with types that lead nowhere',
      { 'dist/index.d.ts': "export * from './nowhere.js';\n" },
      'InternalResolutionError',
    ],
  ] as const)('%s has one', async ([, changes, fault]) => {
    expect((await faultsOf(packed(changes))).join('\n')).toContain(fault)
  })
})

describe('the size', () => {
  test('grows with what is imported and not with what is commented', async () => {
    const small = await importBytes(packed({ 'dist/two.js': `// ${'words '.repeat(500)}\nexport const two = 2\n` }))
    const numbers = JSON.stringify(Array.from({ length: 200 }, (_, index) => index ** 3))
    const large = await importBytes(packed({ 'dist/two.js': `export const two = ${numbers}\n` }))
    expect(small).toBeLessThan(150)
    expect(large).toBeGreaterThan(small * 2)
  })

  test('needs a limit', async () => {
    expect(await sizeFaults(packed())).toEqual(['has no limit in scripts/packages/sizes.json'])
  })
})

describe('the API report', () => {
  const declarations = {
    'dist/index.d.ts': [
      "import type { Hidden } from './two.ts';",
      "export { two as deux } from './two.ts';",
      "export * from './three.ts';",
      "export { outside } from 'elsewhere';",
      '/** Says what it is. */',
      'export declare function one(a: string): Hidden;',
      'export declare function one(a: number): void;',
      '',
    ].join('\n'),
    'dist/two.d.ts': [
      '/** Not for users. */',
      'export interface Hidden {',
      '    /** A field. */',
      '    readonly kind: Kind;',
      '}',
      "type Kind = 'a' | 'b';",
      'export declare const two: number;',
      '',
    ].join('\n'),
    'dist/three.d.ts': 'export type Three = readonly string[];\n',
  }

  test('shows what is exported, then what that leads to, without comments', () => {
    expect(apiReport(packed(declarations)).split('```')[1]).toBe(
      [
        'ts',
        'export type Three = readonly string[];',
        'const two: number;',
        'export { two as deux }',
        'export function one(a: string): Hidden;',
        'export function one(a: number): void;',
        "export { outside } from 'elsewhere'",
        '// Seen in the types above, not exported:',
        'interface Hidden {',
        '    readonly kind: Kind;',
        '}',
        "type Kind = 'a' | 'b';",
        '',
      ].join('\n'),
    )
  })

  test('has to be there and to be current', () => {
    const one = packed(declarations)
    expect(apiFaults(one)).toEqual([expect.stringContaining('has no api.md')])
    writeFileSync(reportPath(one), apiReport(one))
    expect(apiFaults(one)).toEqual([])
    const path = join(one.unpacked, 'dist', 'three.d.ts')
    writeFileSync(path, readFileSync(path, 'utf8').replace('readonly ', ''))
    expect(apiFaults(one)).toEqual([expect.stringContaining('is not current')])
  })
})
