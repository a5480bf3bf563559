import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { arrowFaults } from './house/arrows.ts'
import { houseOf } from './house/floors.ts'
import { manifestOf } from './house/manifest.ts'
import { packageFaults } from './house/packages.ts'
import { sideEffectsOf, thirdPartiesOf } from './house/sideEffects.ts'
import { lengthFaults, privateFieldFaults } from './house/sources.ts'
import { packagesOf, readTree } from './house/tree.ts'

const root = join(import.meta.dirname, '..')
const tree = readTree(root)

test('every arrow between packages is in the drawing', () => {
  expect(arrowFaults(tree, houseOf(tree))).toEqual([])
})

test('no source file is longer than 250 lines', () => {
  expect(lengthFaults(tree)).toEqual([])
})

test('one file of mcp touches what the SDKs keep private', () => {
  expect(privateFieldFaults(tree)).toEqual([])
})

test('every package is published the same way', () => {
  expect(packageFaults(tree)).toEqual([])
})

test('the package manager is pinned to one version', () => {
  const { packageManager, devDependencies } = manifestOf(tree, '')
  expect(packageManager).toBe(`pnpm@${devDependencies?.['pnpm']}`)
})

test('all packages are released together', () => {
  const { fixed } = JSON.parse(readFileSync(join(root, '.changeset', 'config.json'), 'utf8')) as { fixed: string[][] }
  const names = packagesOf(tree).map((name) => manifestOf(tree, `packages/${name}`).name)
  expect(fixed.map((group) => group.toSorted())).toEqual([names.toSorted()])
})

describe('importing does nothing', () => {
  const thirdParties = thirdPartiesOf(tree, root)
  const entries = packagesOf(tree).flatMap((name) => {
    const manifest = manifestOf(tree, `packages/${name}`)
    const subpaths = Object.keys(manifest.exports ?? {}).filter((subpath) => subpath !== './package.json')
    return subpaths.map((subpath) => [`${manifest.name}${subpath.slice(1)}`, name] as const)
  })
  test.for(entries)('%s', async ([specifier, name]) => {
    expect(await sideEffectsOf(specifier, join(root, 'packages', name), thirdParties)).toEqual([])
  })
})
