import type { Inbound } from './inbound.ts'

/**
 * The web `Request` that SDK v2 shows to handlers as `ctx.http.req`, made when somebody reads it: most handlers never
 * do, and making one costs more than the rest of the edge.
 */
export const lazyRequest = (inbound: Inbound, signal: () => AbortSignal): Request => {
  const lazy = Object.create((lazyPrototype ??= prototypeOf())) as { [source]: Source }
  lazy[source] = { inbound, signal, request: undefined }
  return lazy as unknown as Request
}

interface Source {
  readonly inbound: Inbound
  readonly signal: () => AbortSignal
  request: Request | undefined
}

type Method = (...args: unknown[]) => unknown

const source: unique symbol = Symbol('source')

const requestOf = (lazy: object): Request => {
  const from = (lazy as { readonly [source]: Source })[source]
  return (from.request ??= from.inbound.toRequest(from.signal()))
}

/** `instanceof Request` holds, and every property and method is that of the request which is made on first use. */
const prototypeOf = (): object => {
  const prototype = Object.create(Request.prototype) as object
  for (const name of Object.getOwnPropertyNames(Request.prototype)) {
    const { get, value } = Object.getOwnPropertyDescriptor(Request.prototype, name) ?? {}
    if (get !== undefined) {
      Object.defineProperty(prototype, name, {
        get(this: object): unknown {
          return Reflect.get(requestOf(this), name)
        },
      })
    } else if (typeof value === 'function' && name !== 'constructor') {
      Object.defineProperty(prototype, name, {
        value(this: object, ...args: unknown[]): unknown {
          return (value as Method).apply(requestOf(this), args)
        },
      })
    }
  }
  return prototype
}

// Made when the first request comes: Node loads its own undici when somebody names `Request`, which takes 30 ms.
let lazyPrototype: object | undefined
