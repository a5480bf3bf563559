import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { PublicPackage } from './workspace.ts'
import { publicPackages, tool } from './workspace.ts'

/** What would be uploaded: the tarball, and the folder it was unpacked to. */
export interface Packed extends PublicPackage {
  readonly tarball: string
  readonly unpacked: string
}

/** Builds every public package from nothing and packs it into `into`. */
export function packAll(into: string): Packed[] {
  const packages = publicPackages()
  // A file whose source is gone would be published as long as it lies in dist.
  for (const { folder } of packages) rmSync(join(folder, 'dist'), { recursive: true, force: true })
  tool('turbo', ['run', 'build', '--output-logs=errors-only'])
  return packages.map((one) => pack(one, into))
}

/** Paths of the files in a folder, relative to it. */
export function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return entries.filter((path) => statSync(join(folder, path)).isFile()).toSorted()
}

/** The text of one unpacked file. */
export function textOf({ unpacked }: Packed, path: string): string {
  return readFileSync(join(unpacked, path), 'utf8')
}

function pack(one: PublicPackage, into: string): Packed {
  const short = one.name.replace('@', '').replace('/', '-')
  const tarball = join(into, `${short}.tgz`)
  const unpacked = join(into, short)
  tool('pnpm', ['pack', '--out', tarball], one.folder)
  mkdirSync(unpacked)
  execFileSync('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1'])
  return { ...one, tarball, unpacked }
}
