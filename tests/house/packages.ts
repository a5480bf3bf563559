import { isDeepStrictEqual } from 'node:util'
import type { Manifest } from './manifest.ts'
import { manifestOf } from './manifest.ts'
import type { Tree } from './tree.ts'
import { packagesOf } from './tree.ts'

const sourceCondition = '@millrace/source'

/** What a published package of this repository must look like, one sentence for each departure. */
export function packageFaults(tree: Tree): string[] {
  const names = packagesOf(tree)
  const manifests = names.map((name) => manifestOf(tree, `packages/${name}`))
  const versions = new Set(manifests.map(({ version }) => String(version)))
  const faults = names.flatMap((name, index) => manifestFaults(tree, `packages/${name}`, manifests[index]!))
  if (versions.size > 1) faults.push(`packages have ${versions.size} versions: ${[...versions].toSorted().join(', ')}`)
  return faults
}

function manifestFaults(tree: Tree, folder: string, manifest: Manifest): string[] {
  const root = manifestOf(tree, '')
  const faults: string[] = []
  const want = (isMet: boolean, sentence: string): void => {
    if (!isMet) faults.push(`${folder} ${sentence}`)
  }
  want(tree.has(`${folder}/README.md`), 'has no README.md')
  want(
    (tree.get(`${folder}/README.md`)?.trimEnd().split('\n').length ?? 0) <= 120,
    'has a README.md of more than 120 lines',
  )
  want(manifest.name === folderName(folder), `must be named ${folderName(folder)}, is ${manifest.name}`)
  want(manifest.private !== true, 'is private')
  want(manifest.sideEffects === false, 'lacks "sideEffects": false')
  want(manifest.type === 'module', 'is not ESM: "type" must be "module"')
  want(
    manifest.scripts?.['build'] === 'node ../../scripts/build.ts',
    'must be built like the others: "build": "node ../../scripts/build.ts"',
  )
  want(
    manifest.main === undefined && manifest.module === undefined && manifest.types === undefined,
    'has main, module or types: exports say it all',
  )
  want(manifest.license === root.license, `must have the license ${root.license}`)
  want(manifest.engines?.['node'] === root.engines?.['node'], `must have engines.node ${root.engines?.['node']}`)
  want(Boolean(manifest.description), 'has no description')
  want(isDeepStrictEqual(manifest.files, ['dist']), 'must publish dist alone: "files": ["dist"]')
  want(manifest.publishConfig?.access === 'public', 'lacks publishConfig.access "public"')
  want(
    isDeepStrictEqual(manifest.publishConfig?.exports, published(manifest)),
    'publishes other exports than its sources have',
  )
  return [...faults, ...exportFaults(tree, folder, manifest), ...commandFaults(tree, folder, manifest)]
}

function exportFaults(tree: Tree, folder: string, manifest: Manifest): string[] {
  const faults: string[] = []
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    if (subpath === './package.json') continue
    const where = `${folder} exports ${subpath}`
    if (typeof target === 'string') {
      faults.push(`${where} without conditions`)
      continue
    }
    const source = target[sourceCondition]
    if (!isDeepStrictEqual(Object.keys(target), [sourceCondition, 'types', 'default'])) {
      faults.push(`${where} under ${Object.keys(target).join(', ')}; it must be ${sourceCondition}, types, default`)
    } else if (!tree.has(`${folder}/${source!.slice(2)}`)) {
      faults.push(`${where} from ${source}, which does not exist`)
    } else if (target['default'] !== source!.replace('/src/', '/dist/').replace(/\.ts$/, '.js')) {
      faults.push(`${where} from ${source} but publishes ${target['default']}`)
    } else if (target['types'] !== source!.replace('/src/', '/dist/').replace(/\.ts$/, '.d.ts')) {
      faults.push(`${where} from ${source} but has the types ${target['types']}`)
    }
  }
  if (!manifest.exports?.['.']) faults.push(`${folder} exports nothing under "."`)
  return faults
}

/** A command is built from a source of its own, which Node finds by its first line. */
function commandFaults(tree: Tree, folder: string, { bin = {} }: Manifest): string[] {
  return Object.entries(bin).flatMap(([command, built]) => {
    const source = built.replace('./dist/', './src/').replace(/\.js$/, '.ts')
    const text = tree.get(`${folder}/${source.slice(2)}`)
    const isSound = built.startsWith('./dist/') && text?.startsWith('#!/usr/bin/env node\n') === true
    return isSound ? [] : [`${folder} has the command ${command} from ${built}, which no source begins with #! for`]
  })
}

/** The exports without the condition that only this repository uses. */
function published({ exports = {} }: Manifest): Manifest['exports'] {
  return Object.fromEntries(
    Object.entries(exports).map(([subpath, target]) => {
      if (typeof target === 'string') return [subpath, target]
      return [
        subpath,
        Object.fromEntries(Object.entries(target).filter(([condition]) => condition !== sourceCondition)),
      ]
    }),
  )
}

function folderName(folder: string): string {
  const name = folder.slice('packages/'.length)
  return name === 'millrace' ? name : `@millrace/${name}`
}
