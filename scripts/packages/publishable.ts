import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { readFileSync } from 'node:fs'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import type { Packed } from './pack.ts'

/** What publint holds against a tarball, suggestions included. */
export async function publintFaults({ unpacked }: Packed): Promise<string[]> {
  const { messages, pkg } = await publint({ pkgDir: unpacked, pack: false, strict: true })
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code)
}

/** What "are the types wrong" holds against a tarball. The packages are ESM, so only those who can import ESM count. */
export async function typesFaults({ tarball }: Packed): Promise<string[]> {
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))))
  if (!result.types) return ['has no types']
  const notEsm = new Set(['node10', 'node16-cjs'])
  return result.problems
    .filter((problem) => !('resolutionKind' in problem && notEsm.has(problem.resolutionKind)))
    .map((problem) => JSON.stringify(problem))
}
