import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { manifestOf } from './house/manifest.ts'
import { readTree } from './house/tree.ts'
import { blocksOf, npmScriptsOf, saidAfter, typescriptOf, uncheckedOf } from './readme/blocks.ts'
import { withPostgres } from './readme/postgres.ts'
import { runBlock, typeErrors, workbench } from './readme/program.ts'
import { withRedis } from './readme/redis.ts'

const tree = readTree(join(import.meta.dirname, '..'))
const pages = [...tree.keys()].filter((path) => /^(?:README|packages\/[^/]+\/README|docs\/.+)\.md$/.test(path))
const blocks = pages.flatMap((path) => blocksOf(path, tree.get(path)!))

/** TypeScript that is shown and cannot be compiled here, as `file:line info`. */
const unchecked: readonly string[] = []

const folder = workbench()
afterAll(() => rmSync(folder, { recursive: true }))

test('every block of a README or a page of the docs compiles', async () => {
  expect(await typeErrors(folder, typescriptOf(blocks))).toEqual([])
})

test('a README that is published links to nothing outside its package: the link would lead nowhere on npm', () => {
  const leading = pages.flatMap((path) =>
    [...tree.get(path)!.matchAll(/\]\((\.\.\/[^)]*)\)/g)].map(([, target]) => `${path} ${target}`),
  )
  expect(leading.filter((found) => found.startsWith('packages/'))).toEqual([])
})

test('no code escapes the compiler', () => {
  expect(uncheckedOf(blocks)).toEqual(unchecked)
})

test('shell blocks run scripts that exist', () => {
  const scripts = Object.keys(manifestOf(tree, '').scripts ?? {})
  expect(npmScriptsOf(blocks).filter((name) => !scripts.includes(name))).toEqual([])
})

describe('the first block of a README runs and prints what the page says', () => {
  let leaves: ReadonlyArray<() => Promise<void>> = []
  beforeAll(async () => {
    leaves = await Promise.all([withPostgres(), withRedis()])
  }, 120_000)
  afterAll(async () => {
    for (const leave of leaves) await leave()
  })
  const readmes = pages.filter((path) => path.endsWith('README.md'))
  test.for(readmes)('%s', async (path) => {
    const first = typescriptOf(blocks).find(({ file }) => file === path)
    expect(first, 'a README starts with code').toBeDefined()
    const printed = await runBlock(folder, first!)
    for (const { exact, pattern } of saidAfter(first!, tree.get(path)!)) expect(printed, exact).toMatch(pattern)
  })
})
