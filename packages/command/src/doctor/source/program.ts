import type { Finding } from '../finding.ts'
import { isFunction, walk } from './tree.ts'
import type { Node } from './tree.ts'

/** A file of sources. */
export interface Program {
  /** As it was named, or below the folder that was. */
  readonly path: string
  readonly text: string
  readonly root: Node
  /** Local names by the module they come from: `Client` of `pg`. */
  readonly imports: ReadonlyMap<string, string>
}

/** One thing that is looked for in a file. */
export type SourceRule = (program: Program) => Finding[]

/** `server.ts:12`. */
export const placeOf = ({ path, text }: Program, { start }: Node): string =>
  `${path}:${text.slice(0, start).split('\n').length}`

/** Local names by the module that they are imported from. */
export const importsOf = (root: Node): Map<string, string> => {
  const found = new Map<string, string>()
  walk(root, (node) => {
    if (node.type !== 'ImportDeclaration') return
    const from = String((node['source'] as Node)['value'])
    for (const one of node['specifiers'] as readonly Node[]) found.set(String((one['local'] as Node)['name']), from)
  })
  return found
}

/** The call of `registerTool` (or `tool`) whose handler a node lies in. */
export const toolAround = (within: readonly Node[]): Node | undefined => {
  const at = within.findLastIndex((node) => isRegistration(node))
  const registration = within[at]
  // Within the call, but not within a function that is its argument, is what runs once.
  return registration !== undefined && within.slice(at + 1).some(isFunction) ? registration : undefined
}

/** Whether a node registers a tool. */
export const isRegistration = (node: Node): boolean => {
  if (node.type !== 'CallExpression') return false
  const callee = node['callee'] as Node
  const name = callee.type === 'MemberExpression' ? (callee['property'] as Node)['name'] : undefined
  const [first, ...others] = node['arguments'] as readonly Node[]
  return (name === 'registerTool' || name === 'tool') && first?.type === 'Literal' && others.length > 0
}
