import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Files of the repository by path (forward slashes, relative to the root) with their text. */
export type Tree = ReadonlyMap<string, string>

const folders = ['packages', 'examples', 'benchmarks', 'conformance', 'tests', 'scripts', 'docs']
const skipped = new Set(['node_modules', 'dist', 'coverage'])
const read = /\.(?:[cm]?[jt]sx?|json|md)$/

/** Everything the house rules look at: sources, manifests and Markdown, as they are on disk. */
export function readTree(root: string): Tree {
  const tree = new Map<string, string>()
  for (const folder of folders) addFolder(tree, root, folder)
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (entry.isFile() && read.test(entry.name)) tree.set(entry.name, readFileSync(join(root, entry.name), 'utf8'))
  }
  return tree
}

/** Paths of program sources, Markdown and JSON left out. */
export function sourcesOf(tree: Tree): string[] {
  return [...tree.keys()].filter((path) => /\.[cm]?[jt]sx?$/.test(path))
}

/** Folder names under `packages/`. */
export function packagesOf(tree: Tree): string[] {
  return [...tree.keys()].flatMap((path) => /^packages\/([^/]+)\/package\.json$/.exec(path)?.[1] ?? []).toSorted()
}

/** Whether a file exists to test or to be tested with, and is therefore not part of what a package runs. */
export function isTest(path: string): boolean {
  return /\.test(-d)?\.ts$|\/(?:fixtures|test)\//.test(path)
}

function addFolder(tree: Map<string, string>, root: string, folder: string): void {
  let entries
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true })
  } catch {
    return
  }
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`
    if (skipped.has(entry.name) || entry.name.startsWith('.')) continue
    if (entry.isDirectory()) addFolder(tree, root, path)
    else if (entry.isFile() && read.test(entry.name)) tree.set(path, readFileSync(join(root, path), 'utf8'))
  }
}
