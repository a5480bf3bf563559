/** One of many items is at fault; the message begins with its place, such as `items[3]`. */
export class ItemError extends Error {
  /** Which item, from 0. */
  readonly index: number

  /** @param options `cause`, and as `name` the argument that holds the items. @default 'items' */
  constructor(index: number, message: string, options: { readonly cause?: unknown; readonly name?: string } = {}) {
    const { cause, name = 'items' } = options
    super(`${name}[${index}]: ${message}`, cause === undefined ? undefined : { cause })
    this.index = index
  }

  override get name(): string {
    return 'ItemError'
  }
}
