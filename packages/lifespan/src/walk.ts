/**
 * Visits every node as soon as all those before it have been visited, side by side where nothing forbids it.
 *
 * @param before the nodes that come before one; no circles
 * @returns when every visit that was begun has ended. What stands behind a visit that failed is not visited.
 * @throws what the first failed visit threw
 */
export const walk = async <Node>(
  nodes: readonly Node[],
  before: (node: Node) => Iterable<Node>,
  visit: (node: Node) => Promise<void>,
): Promise<void> => {
  const visits = new Map<Node, Promise<void>>()
  let failure: { readonly error: unknown } | undefined
  const arrive = async (node: Node): Promise<void> => {
    await Promise.all(Array.from(before(node), visited))
    if (failure !== undefined) return
    try {
      await visit(node)
    } catch (error) {
      failure ??= { error }
    }
  }
  const visited = (node: Node): Promise<void> => {
    const known = visits.get(node)
    if (known !== undefined) return known
    const visiting = arrive(node)
    visits.set(node, visiting)
    return visiting
  }
  await Promise.all(nodes.map(visited))
  if (failure !== undefined) throw failure.error
}
