import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The root of the repository. */
export const root: string = join(import.meta.dirname, '..', '..')

/** A package that is published. */
export interface PublicPackage {
  readonly name: string
  readonly folder: string
  /** Entry points by subpath, `.` first: `{ '.': './src/index.ts' }`. */
  readonly entries: Readonly<Record<string, string>>
  /** Sources of the commands that it installs. */
  readonly programs: readonly string[]
}

/** The packages under `packages/`, each before those that depend on it only by alphabet, not by need. */
export function publicPackages(): PublicPackage[] {
  const folders = readdirSync(join(root, 'packages'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.map(({ name }) => {
    const folder = join(root, 'packages', name)
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
    const entries = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
      typeof target === 'string' ? [] : [[subpath, target['@millrace/source']!] as const],
    )
    const programs = Object.values(manifest.bin ?? {}).map(sourceOf)
    return { name: manifest.name, folder, entries: Object.fromEntries(entries), programs }
  })
}

/** Runs a command of the repository's own tools and gives what it printed. @throws Error with its output when it fails. */
export function tool(name: string, args: readonly string[], cwd: string = root): string {
  try {
    return execFileSync(join(root, 'node_modules', '.bin', name), args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
    })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${name} ${args.join(' ')} failed\n${stdout}${stderr}`, { cause: error })
  }
}

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly bin?: Readonly<Record<string, string>>
}

const sourceOf = (built: string): string => built.replace('/dist/', '/src/').replace(/\.js$/, '.ts')

const bin = join(root, 'node_modules', '.bin')
const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', PATH: `${bin}:${process.env['PATH'] ?? ''}` }
