import { kindOf } from '@millrace/core'
import type { Resource, Resources } from '@millrace/core'

/**
 * A resource of your own, with the types of what it needs worked out:
 * `resource({ needs: { db }, start: ({ db }) => citiesIn(db), close: (cities) => cities.end() })`.
 *
 * @throws TypeError when it lacks `start`, or one of its parts is not what it should be
 */
export const resource = <Value, const Needs extends Resources = {}>(
  parts: Resource<Value, Needs>,
): Resource<Value, Needs> => {
  const wrong = faultOf(parts)
  if (wrong !== undefined) throw new TypeError(`resource: ${wrong}`)
  return parts
}

/** What keeps a value from being a resource; undefined when nothing does. */
export const faultOf = (value: unknown): string | undefined => {
  if (value === null || typeof value !== 'object') return `expected an object with start, got ${kindOf(value)}`
  const { start, close, check, needs } = value as { readonly [part: string]: unknown }
  if (typeof start !== 'function') return `start must be a function, got ${kindOf(start)}`
  if (close !== undefined && typeof close !== 'function') return `close must be a function, got ${kindOf(close)}`
  if (check !== undefined && typeof check !== 'function') return `check must be a function, got ${kindOf(check)}`
  if (needs !== undefined && (needs === null || typeof needs !== 'object' || Array.isArray(needs)))
    return `needs must be an object of resources, got ${kindOf(needs)}`
  return undefined
}
