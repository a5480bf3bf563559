import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { PublicPackage } from './workspace.ts'
import { publicPackages, tool } from './workspace.ts'

/** What would be uploaded. */
export interface Tarball extends PublicPackage {
  readonly tarball: string
}

/** The tarball, and the folder it was unpacked to. */
export interface Packed extends Tarball {
  readonly unpacked: string
}

/** Builds every public package from nothing and packs it into `into`, unpacked beside the tarball. */
export function packAll(into: string): Packed[] {
  return tarballs(into).map(unpack)
}

/** Builds every public package from nothing and writes its tarball into `into`. */
export function tarballs(into: string): Tarball[] {
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

function pack(one: PublicPackage, into: string): Tarball {
  const tarball = join(into, `${one.name.replace('@', '').replace('/', '-')}.tgz`)
  tool('pnpm', ['pack', '--out', tarball], one.folder)
  return { ...one, tarball }
}

function unpack(one: Tarball): Packed {
  const unpacked = one.tarball.replace(/\.tgz$/, '')
  mkdirSync(unpacked)
  execFileSync('tar', ['-xzf', one.tarball, '-C', unpacked, '--strip-components=1'])
  return { ...one, unpacked }
}
