import { codeOf } from './imports.ts'
import type { Tree } from './tree.ts'
import { isTest, sourcesOf } from './tree.ts'

const maxLines = 250
/** What the SDKs keep private and the doors need. */
const privateFields = ['_requestHandlers', '_registeredTools']

/** Files that are too long, one sentence each. */
export function lengthFaults(tree: Tree): string[] {
  return sourcesOf(tree).flatMap((path) => {
    const lines = tree.get(path)!.trimEnd().split('\n').length
    return lines > maxLines ? [`${path} has ${lines} lines, ${maxLines} are allowed`] : []
  })
}

/** The SDKs' private fields may be touched in one file of `mcp` and nowhere else. */
export function privateFieldFaults(tree: Tree): string[] {
  const users = sourcesOf(tree).filter((path) => {
    if (!path.startsWith('packages/') || isTest(path)) return false
    const code = codeOf(path, tree.get(path)!)
    return privateFields.some((field) => code.includes(field))
  })
  const outside = users.filter((path) => !path.startsWith('packages/mcp/src/'))
  const inside = users.filter((path) => path.startsWith('packages/mcp/src/'))
  const faults = outside.map((path) => `${path} touches a private field of the SDK: only mcp may`)
  if (inside.length !== 1)
    faults.push(
      `packages/mcp/src touches private fields of the SDK in ${inside.join(', ') || 'no file'}; it must be one file`,
    )
  return faults
}
