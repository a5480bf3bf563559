import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import type { House } from './floors.ts'
import { drawing } from './floors.ts'
import type { Import } from './imports.ts'
import { importsOf } from './imports.ts'
import type { Manifest } from './manifest.ts'
import { dependencyKinds, folderOf, manifestOf, ownerOf, splitSpecifier } from './manifest.ts'
import type { Tree } from './tree.ts'
import { isTest, packagesOf, sourcesOf } from './tree.ts'

/** Packages that know the official SDKs at run time. */
const knowsSdk = new Set(['packages/mcp', 'packages/edge'])

/** Every import and every dependency that the drawing lacks, one sentence each. */
export function arrowFaults(tree: Tree, house: House): string[] {
  return [...drawingFaults(tree, house), ...dependencyFaults(tree, house), ...importFaults(tree, house)]
}

function drawingFaults(tree: Tree, { floors, thirdParties }: House): string[] {
  const packages = packagesOf(tree)
  return [
    ...packages.filter((name) => !floors.has(name)).map((name) => `packages/${name} is not drawn in ${drawing}`),
    ...[...floors.keys()]
      .filter((name) => !packages.includes(name))
      .map((name) => `${drawing} draws ${name}, which does not exist`),
    ...packages
      .filter((name) => !thirdParties.has(name))
      .map((name) => `packages/${name} has no row in the table of ${drawing}`),
  ]
}

function dependencyFaults(tree: Tree, house: House): string[] {
  const faults: string[] = []
  for (const name of packagesOf(tree)) {
    const folder = `packages/${name}`
    const manifest = manifestOf(tree, folder)
    for (const kind of dependencyKinds) {
      for (const [dependency, range] of Object.entries(manifest[kind] ?? {})) {
        const where = `${folder}/package.json ${kind}: ${dependency}`
        const target = folderOf(tree, dependency)
        if (target !== undefined) {
          if (!isBelow(house, folder, target)) faults.push(`${where} is not on a lower floor`)
          if (!range.startsWith('workspace:')) faults.push(`${where} must be workspace:*, is ${range}`)
        } else if (kind !== 'devDependencies' && !house.thirdParties.get(name)?.has(dependency)) {
          faults.push(`${where} is not in the table of ${drawing}`)
        }
      }
    }
    for (const party of house.thirdParties.get(name) ?? []) {
      if (!depends(manifest, party, false))
        faults.push(`${drawing} lists ${party} for ${name}, which does not depend on it`)
    }
  }
  return faults
}

function importFaults(tree: Tree, house: House): string[] {
  const faults: string[] = []
  for (const path of sourcesOf(tree)) {
    for (const found of importsOf(path, tree.get(path)!)) {
      const fault = found.specifier.startsWith('.')
        ? relativeFault(tree, path, found)
        : bareFault(tree, house, path, found)
      if (fault !== undefined) faults.push(`${path}:${found.line} ${fault}`)
    }
  }
  return faults
}

function relativeFault(tree: Tree, path: string, { specifier }: Import): string | undefined {
  const target = posix.join(posix.dirname(path), specifier)
  const owner = ownerOf(tree, path)
  if (owner !== ownerOf(tree, target)) return `reaches into another package: ${specifier}`
  const isSource = path.startsWith('packages/') && path.includes('/src/')
  if (isSource && !target.startsWith(`${owner}/src/`) && target !== `${owner}/package.json`)
    return `leaves src: ${specifier}`
  if (isSource && !isTest(path) && isTest(target)) return `imports a test: ${specifier}`
  return undefined
}

/** The one file of the packages that imports what a user names. */
const importsForUsers = 'packages/workers/src/imported.ts'

function bareFault(tree: Tree, house: House, path: string, { specifier, isType }: Import): string | undefined {
  if (isBuiltin(specifier)) return specifier.startsWith('node:') ? undefined : `imports ${specifier} without node:`
  const owner = ownerOf(tree, path)
  const isPackage = owner.startsWith('packages/')
  if (specifier === '(computed)') {
    const isFree = !isPackage || isTest(path) || path === importsForUsers
    return isFree ? undefined : 'imports a module by a computed name'
  }
  const { name, subpath } = splitSpecifier(specifier)
  const target = folderOf(tree, name)
  if (target === owner) return isPackage ? `imports its own package by name: ${specifier}` : undefined
  if (target?.startsWith('examples/') && !owner.startsWith('examples/')) return `imports an example: ${specifier}`
  if (target !== undefined && isPackage && !isBelow(house, owner, target))
    return `imports ${name}, which is not on a lower floor`
  if (target !== undefined && !manifestOf(tree, target).exports?.[subpath])
    return `imports ${specifier}, which is not a published entry point`
  const isDevelopment = !isPackage || isTest(path)
  const isListed =
    depends(manifestOf(tree, owner), name, isDevelopment) ||
    (isDevelopment && depends(manifestOf(tree, ''), name, true))
  if (!isListed) return `imports ${name}, which its package.json does not list`
  const isSdk = name.startsWith('@modelcontextprotocol/')
  if (isSdk && isPackage && !isType && !isTest(path) && !knowsSdk.has(owner))
    return `imports ${name} at run time: only mcp and edge may`
  return undefined
}

/** Whether `target` is a package on a lower floor than the package `owner`. */
function isBelow({ floors }: House, owner: string, target: string): boolean {
  const from = floors.get(owner.slice('packages/'.length))
  const to = target.startsWith('packages/') ? floors.get(target.slice('packages/'.length)) : undefined
  return from !== undefined && to !== undefined && to < from
}

/** Whether a manifest lists a dependency; development dependencies only help tests and private packages. */
function depends(manifest: Manifest, name: string, isDevelopment: boolean): boolean {
  return dependencyKinds.some(
    (kind) => (kind !== 'devDependencies' || isDevelopment) && manifest[kind]?.[name] !== undefined,
  )
}
