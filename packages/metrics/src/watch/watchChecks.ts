import type { Check } from '@millrace/core'

interface Fields {
  readonly [name: string]: unknown
}

const asked =
  (what: string, ...methods: readonly string[]): Check =>
  (value) =>
    methods.every((name) => typeof (value as Fields | null)?.[name] === 'function')
      ? undefined
      : `${what} (with ${methods.join(', ')})`

const several: (what: string, ...methods: readonly string[]) => Check = (what, ...methods) => {
  const one = asked(what, ...methods)
  return (value) => {
    const named = value !== null && typeof value === 'object' ? Object.values(value) : []
    const isFine = one(value) === undefined || (named.length > 0 && named.every((each) => one(each) === undefined))
    return isFine ? undefined : `${one(undefined)}, or several by name`
  }
}

/** What may be watched. */
export const watchChecks: { readonly [source: string]: Check } = {
  cache: asked('a cache', 'stats'),
  queue: several('a queue', 'state'),
  rateLimit: several('a rate limit', 'waiting'),
  breaker: several('a breaker', 'keys', 'state'),
  retryBudget: several('a budget of retries', 'balance'),
  pool: several('a started pool', 'stats'),
  redis: several('a started connection to Redis', 'stats'),
  edge: asked('an edge', 'stats'),
  lifespan: (value) => (typeof (value as Fields | null)?.['isReady'] === 'boolean' ? undefined : 'a lifespan'),
}
