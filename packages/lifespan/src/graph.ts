import type { Resource, Resources } from '@millrace/core'
import { faultOf } from './resource.ts'

/** A resource where it stands among the others. */
export interface Node {
  /** The name it was given, or the way to it: `cities.db` for what `cities` needs and nobody names. */
  readonly name: string
  readonly resource: Resource
  /** By the names under which it wants their values. */
  readonly needs: ReadonlyMap<string, Node>
  /** Those that need it, to be closed before it. */
  readonly neededBy: Set<Node>
}

/**
 * Every resource once, those that only others name included.
 *
 * @throws TypeError for what is no resource, and for resources that need each other in a circle
 */
export const graphOf = (resources: Resources): readonly Node[] => {
  const nodes = new Map<Resource, Node>()
  const named = new Map(Object.entries(resources).map(([name, one]) => [one as unknown, name]))
  const nodeOf = (one: Resource, path: readonly string[], above: readonly Resource[]): Node => {
    const name = named.get(one) ?? path.join('.')
    const wrong = faultOf(one)
    if (wrong !== undefined) throw new TypeError(`lifespan.${name}: ${wrong}`)
    if (above.includes(one)) throw new TypeError(`lifespan: ${path.join(' needs ')}, which is a circle`)
    const known = nodes.get(one)
    if (known !== undefined) return known
    const needs = new Map(
      Object.entries(one.needs ?? {}).map(([need, other]) => [need, nodeOf(other, [...path, need], [...above, one])]),
    )
    const node: Node = { name, resource: one, needs, neededBy: new Set() }
    for (const needed of needs.values()) needed.neededBy.add(node)
    nodes.set(one, node)
    return node
  }
  for (const [name, one] of Object.entries(resources)) nodeOf(one, [name], [])
  return [...nodes.values()]
}
