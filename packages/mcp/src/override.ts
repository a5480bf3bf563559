/**
 * Replaces methods on one instance, leaving its class alone. `undo` takes them away again where nobody has replaced
 * them since.
 */
export interface Overrides {
  /**
   * @param around gets the method as it was, bound to the instance, and gives the one to put in its place; nothing
   * happens when there is no such method
   */
  replace(instance: object, method: string, around: (original: Method) => Method): void
  undo(): void
}

/** A method of an SDK object, whatever its arguments. */
export type Method = (...args: unknown[]) => unknown

/** Overrides that have not been made yet. */
export const overrides = (): Overrides => {
  const made: Override[] = []
  return {
    replace: (instance, method, around) => {
      const holder = instance as { [method: string]: unknown }
      const original = holder[method]
      if (typeof original !== 'function') return
      const isOwn = Object.hasOwn(holder, method)
      const replacement = around((...args) => Reflect.apply(original, instance, args))
      holder[method] = replacement
      made.push({ holder, method, original, replacement, isOwn })
    },
    undo: () => {
      for (const { holder, method, original, replacement, isOwn } of made.splice(0).toReversed()) {
        if (holder[method] !== replacement) continue
        if (isOwn) holder[method] = original
        else delete holder[method]
      }
    },
  }
}

interface Override {
  readonly holder: { [method: string]: unknown }
  readonly method: string
  readonly original: unknown
  readonly replacement: Method
  readonly isOwn: boolean
}
