import type { Resources, Started } from '@millrace/core'
import type { Node } from './graph.ts'
import type { Values } from './starting.ts'

/** The values under their names. They are looked up when read, so the object may be handed out before the start. */
export const valuesByName = <Some extends Resources>(
  resources: Some,
  nodes: readonly Node[],
  values: Values,
  stateOf: () => string,
): Started<Some> => {
  const byName = {}
  for (const [name, resource] of Object.entries(resources)) {
    const node = nodes.find((one) => one.resource === resource) as Node
    const get = (): unknown => {
      if (values.has(node)) return values.get(node)
      throw new Error(`lifespan.resources.${name} is not there: the lifespan is ${stateOf()}`)
    }
    Object.defineProperty(byName, name, { get, enumerable: true })
  }
  return byName as Started<Some>
}
