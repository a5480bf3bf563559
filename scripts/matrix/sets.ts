import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../packages/workspace.ts'

/** What a user may have installed beside our packages. */
export interface DependencySet {
  readonly name: string
  /** Version of each SDK line that is installed; a line that is left out is not. */
  readonly lines: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
}

/** The newest versions together, and each SDK line alone at the lower end of the range that `mcp` declares. */
export function dependencySets(
  overrides: { readonly v1?: string | undefined; readonly v2?: string | undefined } = {},
): DependencySet[] {
  const newest = catalog()
  const lowest = peerRanges()
  const v1 = overrides.v1 ?? lowest('@modelcontextprotocol/sdk')
  const v2 = overrides.v2 ?? lowest('@modelcontextprotocol/server')
  return [
    set(
      'newest',
      { v1: newest('@modelcontextprotocol/sdk'), v2: newest('@modelcontextprotocol/server') },
      newest('zod'),
    ),
    set('lowest v1', { v1 }, '3.25.76'),
    set('lowest v2', { v2 }, '4.2.0'),
  ]
}

/** The lower ends of the ranges that packages declare of their drivers, by their names in the catalog. */
export function lowestDrivers(): Readonly<Record<string, string>> {
  const lowest = (folder: string, driver: string): string => {
    const [, version] = /^\^(\d+\.\d+\.\d+)(?: \|\| |$)/.exec(peersOf(folder)[driver] ?? '') ?? []
    if (version === undefined) throw new Error(`packages/${folder}: the peer range of ${driver} must begin with ^x.y.z`)
    return version
  }
  return {
    ioredis: lowest('redis', 'ioredis'),
    pg: lowest('pg', 'pg'),
    // Its tests run on both of its major versions.
    undici7: `npm:undici@${lowest('undici', 'undici')}`,
  }
}

function set(name: string, lines: Readonly<Record<string, string>>, zod: string): DependencySet {
  const { v1, v2 } = lines
  return {
    name,
    lines,
    dependencies: {
      zod,
      ...(v1 === undefined ? {} : { '@modelcontextprotocol/sdk': v1 }),
      ...(v2 === undefined ? {} : { '@modelcontextprotocol/server': v2, '@modelcontextprotocol/client': v2 }),
    },
  }
}

function catalog(): (name: string) => string {
  const text = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')
  return (name) => {
    const version = new RegExp(`^ +'?${name}'?: (\\S+)$`, 'm').exec(text)?.[1]
    if (version === undefined) throw new Error(`pnpm-workspace.yaml has no ${name} in its catalog`)
    return version
  }
}

function peerRanges(): (name: string) => string {
  const peers = peersOf('mcp')
  return (name) => {
    const version = /^\^(\d+\.\d+\.\d+)$/.exec(peers[name] ?? '')?.[1]
    if (version === undefined) throw new Error(`packages/mcp: the peer range of ${name} must be ^x.y.z`)
    return version
  }
}

function peersOf(folder: string): Readonly<Record<string, string>> {
  const text = readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8')
  return (JSON.parse(text) as { readonly peerDependencies: Readonly<Record<string, string>> }).peerDependencies
}
