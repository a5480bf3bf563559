import { posix } from 'node:path'
import type { Tree } from './tree.ts'

/** The fields of a package.json that the house rules read. */
export interface Manifest {
  readonly name: string
  readonly version?: string
  readonly private?: boolean
  readonly type?: string
  readonly sideEffects?: unknown
  readonly license?: string
  readonly description?: string
  readonly files?: readonly string[]
  readonly engines?: Readonly<Record<string, string>>
  readonly main?: string
  readonly module?: string
  readonly types?: string
  readonly exports?: Exports
  readonly bin?: Readonly<Record<string, string>>
  readonly publishConfig?: { readonly access?: string; readonly exports?: Exports }
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Dependencies
  readonly peerDependencies?: Dependencies
  readonly optionalDependencies?: Dependencies
  readonly devDependencies?: Dependencies
  readonly packageManager?: string
}

type Dependencies = Readonly<Record<string, string>>
type Exports = Readonly<Record<string, string | Readonly<Record<string, string>>>>

/** Kinds of dependency, the ones that reach a user's machine first. */
export const dependencyKinds = ['dependencies', 'optionalDependencies', 'peerDependencies', 'devDependencies'] as const

/** The package.json of a folder. */
export function manifestOf(tree: Tree, folder: string): Manifest {
  const text = tree.get(folder === '' ? 'package.json' : `${folder}/package.json`)
  if (text === undefined) throw new Error(`${folder} has no package.json`)
  return JSON.parse(text) as Manifest
}

/** The folder of the workspace package that a file belongs to, the root being ''. */
export function ownerOf(tree: Tree, path: string): string {
  let folder = path
  while (folder.includes('/')) {
    folder = folder.slice(0, folder.lastIndexOf('/'))
    if (tree.has(`${folder}/package.json`)) return folder
  }
  return ''
}

/** The folder of the workspace package called `name`. */
export function folderOf(tree: Tree, name: string): string | undefined {
  let known = folders.get(tree)
  if (!known) {
    const paths = [...tree.keys()].filter((path) => path.endsWith('/package.json'))
    known = new Map(paths.map((path) => [manifestOf(tree, posix.dirname(path)).name, posix.dirname(path)]))
    folders.set(tree, known)
  }
  return known.get(name)
}

/** `@scope/name` or `name` of a bare specifier, and the subpath as `exports` spells it. */
export function splitSpecifier(specifier: string): { name: string; subpath: string } {
  const parts = specifier.split('/')
  const length = specifier.startsWith('@') ? 2 : 1
  const rest = parts.slice(length).join('/')
  return { name: parts.slice(0, length).join('/'), subpath: rest === '' ? '.' : `./${rest}` }
}

const folders = new WeakMap<Tree, Map<string, string>>()
