/** A method of an SDK object, whatever its arguments. */
export type Method = (...args: unknown[]) => unknown

/** Methods replaced on instances, leaving their classes alone. */
export class Overrides {
  readonly #made: Override[] = []

  /**
   * @param around gets the method as it was, bound to the instance, and gives the one to put in its place; nothing
   * happens when there is no such method
   */
  replace(instance: object, method: string, around: (original: Method) => Method): void {
    const holder = instance as { [method: string]: unknown }
    const original = holder[method]
    if (typeof original !== 'function') return
    const isOwn = Object.hasOwn(holder, method)
    const replacement = around((...args) => Reflect.apply(original, instance, args))
    holder[method] = replacement
    this.#made.push({ holder, method, original, replacement, isOwn })
  }

  /** Takes the replacements away again where nobody has replaced them since. */
  undo(): void {
    for (const { holder, method, original, replacement, isOwn } of this.#made.splice(0).toReversed()) {
      if (holder[method] !== replacement) continue
      if (isOwn) holder[method] = original
      else delete holder[method]
    }
  }
}

interface Override {
  readonly holder: { [method: string]: unknown }
  readonly method: string
  readonly original: unknown
  readonly replacement: Method
  readonly isOwn: boolean
}
