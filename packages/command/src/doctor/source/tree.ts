/** A node of a syntax tree, as far as it is looked at. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

/** Sees every node of a tree, outermost first, with the nodes that it lies in, nearest last. */
export const walk = (root: Node, visit: (node: Node, within: readonly Node[]) => void): void => {
  const within: Node[] = []
  const enter = (node: Node): void => {
    visit(node, within)
    within.push(node)
    for (const value of Object.values(node)) {
      if (Array.isArray(value)) for (const one of value) if (isNode(one)) enter(one)
      if (isNode(value)) enter(value)
    }
    within.pop()
  }
  enter(root)
}

/** Whether a value is a node. */
export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'

/** The name that is called or made: `use` of `use(…)`, `registerTool` of `server.registerTool(…)`. */
export const calleeOf = (node: Node): string | undefined => {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return undefined
  const callee = node['callee'] as Node
  const named = callee.type === 'MemberExpression' ? (callee['property'] as Node) : callee
  return typeof named['name'] === 'string' ? named['name'] : undefined
}

/** What a member is called on: `pg` of `new pg.Pool()`. */
export const ownerOf = (node: Node): string | undefined => {
  const callee = node['callee'] as Node
  const owner = callee.type === 'MemberExpression' ? (callee['object'] as Node)['name'] : undefined
  return typeof owner === 'string' ? owner : undefined
}

/** The arguments of a call. */
export const argumentsOf = (node: Node): readonly Node[] => (node['arguments'] as readonly Node[] | undefined) ?? []

/** The names of the properties of an object that is written out; undefined for anything else. */
export const propertiesOf = (node: Node | undefined): string[] | undefined => {
  if (node?.type !== 'ObjectExpression') return undefined
  return (node['properties'] as readonly Node[]).map((property) => {
    const key = property['key'] as Node | undefined
    const name = key?.['name'] ?? key?.['value']
    // What is spread into it may be anything.
    return typeof name === 'string' ? name : '…'
  })
}

/** Whether a node is a function. */
export const isFunction = ({ type }: Node): boolean =>
  type === 'ArrowFunctionExpression' || type === 'FunctionExpression' || type === 'FunctionDeclaration'
