/** A promise for whoever waits, and what settles it. Nobody has to wait: a rejection nobody hears is none. */
export interface Promised<Value> {
  readonly promise: Promise<Value>
  resolve(value: Value): void
  reject(error: unknown): void
}

/** `Promise.withResolvers`, which Node 20 lacks. */
export const promised = <Value>(): Promised<Value> => {
  let resolve: (value: Value) => void
  let reject: (error: unknown) => void
  const promise = new Promise<Value>((...settle) => {
    ;[resolve, reject] = settle
  })
  promise.catch(() => {})
  return { promise, resolve: resolve!, reject: reject! }
}
