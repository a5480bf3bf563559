import { cached } from 'millrace'
import type { Call, Cached, Middleware, Result } from 'millrace'

const minute = 60_000
const hour = 60 * minute

/**
 * The atlas' one cache: made once, attached to every server. The cities never change while it runs, so what is computed
 * from them is kept for an hour; what shows notes is dropped by its tag as soon as somebody adds one.
 */
export const cache: Cached = cached({
  // The atlas knows no users: everybody gets the same answer.
  scope: 'public',
  tools: {
    search_cities: hour,
    nearest_cities: hour,
    population_stats: hour,
    city_details: { ttlMs: minute, tags: ({ input }) => [cityTag(input)] },
  },
  resources: {
    // Without hints: a client that keeps its own copy would not see the next note.
    'atlas://city/*': { ttlMs: minute, tags: (_, result) => citiesIn(result), hints: false },
  },
  prompts: hour,
  lists: hour,
})

/** Goes around a handler that changes a city: what was cached about it is dropped once the handler has succeeded. */
export const outdatesCity: Middleware = cache.invalidates(({ input }: Call) => [cityTag(input)])

function cityTag(input: unknown): string {
  return `city:${(input as { readonly id: number }).id}`
}

function citiesIn(result: Result): readonly string[] {
  const { contents } = result as { readonly contents: readonly { readonly uri: string }[] }
  return contents.map(({ uri }) => `city:${uri.split('/').at(-1)}`)
}
