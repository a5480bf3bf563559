import { plainCopy } from './plainCopy.ts'

/**
 * Freezes a plain tree, such as JSON makes, through and through, so that it can be given to every caller, and lets
 * `jsonOf` know it and what lies directly in it; the latter survives a shallow copy such as one with other cache hints.
 *
 * @param json the tree as JSON, for whoever has it already
 */
export const freezeTree = <Tree extends object>(tree: Tree, json?: string): Tree => {
  Remembered.from(tree, json)
  for (const value of Object.values(tree)) if (isObject(value)) Remembered.from(value)
  // A stack of its own: a tree may be nested deeper than the call stack allows.
  const rest: object[] = [tree]
  for (let value = rest.pop(); value !== undefined; value = rest.pop()) {
    Object.freeze(value)
    for (const inner of Object.values(value)) if (isObject(inner)) rest.push(inner)
  }
  return tree
}

/**
 * What JSON makes of a value, new and frozen as `freezeTree` does it. A plain tree costs less than half of what it does
 * to stringify and parse it.
 *
 * @param json the value as JSON, for whoever has it already
 * @throws what `JSON.stringify` throws.
 */
export const frozenCopy = <Value extends object>(value: Value, json?: string): Value =>
  plainCopy(value, letKnow) ?? freezeTree(JSON.parse(json ?? JSON.stringify(value)) as Value)

/**
 * The JSON of a tree that `freezeTree` has frozen, made when first asked for and remembered as long as the tree lives;
 * undefined for any other value. Doors that write bytes ask here before they stringify.
 */
export const jsonOf = (value: object): string | undefined => Remembered.jsonOf(value)

/** Whether a value is a tree that `freezeTree` or `frozenCopy` has frozen, so that nobody need copy it. */
export const isFrozenTree = (value: object): boolean => Remembered.has(value)

const letKnow = (part: object, depth: number): void => {
  if (depth < 2) Remembered.from(part)
}

const isObject = (value: unknown): value is object => value !== null && typeof value === 'object'

// A constructor may return any object.
const given = function (value: object) {
  return value
} as unknown as new (value: object) => object

/**
 * A private field on an object of somebody else's: a class gives its fields to whatever the constructor that it extends
 * returns. A WeakMap says the same and makes the freezing of a small result three times slower, most of it in the
 * garbage collector.
 */
class Remembered extends given {
  #json: string | undefined = undefined

  static from(value: object, json?: string): void {
    const known = #json in value ? value : new Remembered(value)
    if (json !== undefined) known.#json = json
  }

  static has(value: object): boolean {
    return #json in value
  }

  static jsonOf(value: object): string | undefined {
    return #json in value ? (value.#json ??= JSON.stringify(value)) : undefined
  }
}
