import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { parseSync } from 'oxc-parser'
import type { Packed } from './pack.ts'
import { filesIn, textOf } from './pack.ts'

/** What is wrong with the files of a tarball, one sentence each. */
export function contentFaults(packed: Packed): string[] {
  const files = filesIn(packed.unpacked)
  return [
    ...fileFaults(files),
    ...manifestFaults(packed),
    ...files.flatMap((path) => importFaults(packed, path, files)),
  ]
}

function fileFaults(files: readonly string[]): string[] {
  const faults = ['LICENSE', 'README.md', 'package.json']
    .filter((name) => !files.includes(name))
    .map((name) => `lacks ${name}`)
  const isExpected = /^(?:LICENSE|README\.md|CHANGELOG\.md|package\.json|dist\/.+\.(?:d\.ts|js))$/
  const isTest = /\.test(?:-d)?\.|\/fixtures\//
  for (const path of files) {
    if (!isExpected.test(path) || isTest.test(path)) faults.push(`contains ${path}`)
  }
  return faults
}

function manifestFaults(packed: Packed): string[] {
  const text = textOf(packed, 'package.json')
  return ['workspace:', 'catalog:', '@millrace/source']
    .filter((word) => text.includes(word))
    .map((word) => `package.json still says ${word}`)
}

/** Relative imports must reach a file of the tarball; declarations may say `.ts` for a `.d.ts`. */
function importFaults(packed: Packed, path: string, files: readonly string[]): string[] {
  if (!path.startsWith('dist/')) return []
  const { module } = parseSync(path, textOf(packed, path))
  const named = [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) => one.entries.map((entry) => entry.moduleRequest?.value)),
  ]
  return [...new Set(named)].flatMap((specifier) => {
    if (!specifier?.startsWith('.')) return []
    const target = posix.join(posix.dirname(path), specifier)
    const isThere = path.endsWith('.d.ts')
      ? files.includes(target.replace(/\.[jt]s$/, '.d.ts'))
      : existsSync(join(packed.unpacked, target))
    return isThere ? [] : [`${path} imports ${specifier}, which is not in the tarball`]
  })
}
