import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { importsOf } from './imports.ts'
import { folderOf, ownerOf, splitSpecifier } from './manifest.ts'
import type { Tree } from './tree.ts'
import { isTest, sourcesOf } from './tree.ts'

/** A module that a package needs from outside the repository, and the folder that it resolves from. */
export type ThirdParty = readonly [specifier: string, folder: string]

const run = promisify(execFile)
const probe = readFileSync(join(import.meta.dirname, 'probe.mjs'), 'utf8')
const flags = [
  '--conditions=@millrace/source',
  '--experimental-import-meta-resolve',
  '--no-warnings',
  '--input-type=module',
]

/** What importing `specifier` from `folder` does to a fresh process, one sentence each. */
export async function sideEffectsOf(
  specifier: string,
  folder: string,
  thirdParties: readonly ThirdParty[],
): Promise<string[]> {
  const plan = JSON.stringify({ specifier, thirdParties })
  const { stdout } = await run(process.execPath, [...flags, '--eval', probe, plan], { cwd: folder })
  return JSON.parse(stdout) as string[]
}

/** Every module from outside that the packages import at run time. */
export function thirdPartiesOf(tree: Tree, root: string): ThirdParty[] {
  const found = new Map<string, ThirdParty>()
  for (const path of sourcesOf(tree)) {
    if (!path.startsWith('packages/') || isTest(path)) continue
    for (const { specifier, isType } of importsOf(path, tree.get(path)!)) {
      const isOutside = /^[@a-z]/.test(specifier) && !isBuiltin(specifier)
      if (isType || !isOutside || folderOf(tree, splitSpecifier(specifier).name) !== undefined) continue
      found.set(`${specifier} ${ownerOf(tree, path)}`, [specifier, join(root, ownerOf(tree, path))])
    }
  }
  return [...found.values()]
}
