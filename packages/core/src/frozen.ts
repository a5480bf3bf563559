/**
 * Says that a tree is frozen through and through, so that its JSON may be made once and used for every caller. Marks
 * the tree and what lies directly in it, which survives a shallow copy such as one with other cache hints.
 */
export const markFrozen = <Tree extends object>(tree: Tree): Tree => {
  marked.add(tree)
  for (const value of Object.values(tree)) if (value !== null && typeof value === 'object') marked.add(value)
  return tree
}

/**
 * The JSON of a marked tree, made when first asked for and remembered as long as the tree lives; undefined for a value
 * that nobody has marked. Doors that write bytes ask here before they stringify.
 */
export const jsonOf = (value: object): string | undefined => {
  const known = texts.get(value)
  if (known !== undefined) return known
  if (!marked.has(value)) return undefined
  const json = JSON.stringify(value)
  texts.set(value, json)
  return json
}

const marked = new WeakSet<object>()
const texts = new WeakMap<object, string>()
