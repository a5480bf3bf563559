import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bundle } from './bundle.ts'
import { filesIn } from './pack.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-bundle-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Bundles a package of these sources; gives its files and a way to import one. */
async function bundled(
  entries: Readonly<Record<string, string>>,
  sources: Readonly<Record<string, string>>,
  programs: readonly string[] = [],
): Promise<{
  files: string[]
  load: (path: string) => Promise<Record<string, unknown>>
  read: (path: string) => string
}> {
  for (const [path, text] of Object.entries(sources)) {
    mkdirSync(dirname(join(folder, 'src', path)), { recursive: true })
    writeFileSync(join(folder, 'src', path), text)
  }
  await bundle({ name: 'sound', folder, entries, programs })
  const dist = join(folder, 'dist')
  return {
    files: filesIn(dist),
    load: async (path) => (await import(pathToFileURL(join(dist, path)).href)) as Record<string, unknown>,
    read: (path) => readFileSync(join(dist, path), 'utf8'),
  }
}

const main = { '.': './src/index.ts' }

test('a package of one entry point is one file with the names and comments of its sources', async () => {
  const { files, load, read } = await bundled(main, {
    'index.ts': "export { twice } from './deep/twice.ts'\nexport type { Two } from './deep/twice.ts'\n",
    'deep/twice.ts':
      "import { two } from './two.ts'\nexport type Two = 2\n/** Two times as much. */\nexport const twice = (amount: number): number => amount * two\n",
    'deep/two.ts': 'export const two = 2\n',
  })
  expect(files).toEqual(['index.js'])
  expect(Object.keys(await load('index.js'))).toEqual(['twice'])
  expect(read('index.js')).toContain('/** Two times as much. */\nconst twice = (amount) =>')
  expect(read('index.js')).not.toContain(tmpdir())
  expect(read('index.js')).not.toContain('../')
})

test('entry points share the state of what they have in common, and export nothing else for it', async () => {
  const { files, load } = await bundled(
    { ...main, './testing': './src/testing/index.ts' },
    {
      'index.ts': "export { count } from './counter.ts'\nexport const version = 1\n",
      'testing/index.ts': "export { count as seen } from '../counter.ts'\n",
      'counter.ts': 'const kept = { n: 0 }\nexport const count = (): number => (kept.n += 1)\n',
    },
  )
  expect(files).toEqual(['index.js', 'shared.js', 'testing/index.js'])
  const [index, testing] = [await load('index.js'), await load('testing/index.js')]
  expect(Object.keys(index)).toEqual(['count', 'version'])
  expect(Object.keys(testing)).toEqual(['seen'])
  expect(testing['seen']).toBe(index['count'])
})

test('a command is a file of its own that starts as its source does', async () => {
  const sources = { 'index.ts': 'export const one = 1\n', 'bin.ts': "#!/usr/bin/env node\nimport 'a'\n" }
  const { files, read } = await bundled(main, sources, ['./src/bin.ts'])
  expect(files).toEqual(['bin.js', 'index.js'])
  expect(read('bin.js')).toMatch(/^#!\/usr\/bin\/env node\n/)
})

test('what other packages and Node give stays imported', async () => {
  const { read } = await bundled(main, {
    'index.ts': [
      "export { a } from 'a'",
      "export { b } from '@scope/b/deep'",
      "export { join } from 'node:path'",
      "export const later = (): Promise<unknown> => import('lazy')",
      '',
    ].join('\n'),
  })
  for (const name of ['a', '@scope/b/deep', 'node:path', 'lazy']) expect(read('index.js')).toContain(`"${name}"`)
})

test.for([
  ['an import of nothing', "export * from './nowhere.ts'\n", './nowhere.ts'],
  ['a name that is not there', "export { missing } from './two.ts'\n", 'missing'],
] as const)('%s fails', async ([, text, fault]) => {
  await expect(bundled(main, { 'index.ts': text, 'two.ts': 'export const two = 2\n' })).rejects.toThrow(fault)
})

test('a file that is read from beside its source is in the code', async () => {
  const { files, load } = await bundled(main, {
    'index.ts': "export { page } from './pages/page.ts'",
    'pages/page.ts': `import { readFileSync } from 'node:fs'
export const page = (): string => readFileSync(new URL('./page.html', import.meta.url), 'utf8')`,
    'pages/page.html': "<p>it's `${here}` \\ </p>\n",
  })
  expect(files).toEqual(['index.js'])
  const { page } = (await load('index.js')) as { page: () => string }
  expect(page()).toBe("<p>it's `${here}` \\ </p>\n")
})
