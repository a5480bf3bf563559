import { cached } from '@millrace/cache'
import type { Cached, CachedOptions } from '@millrace/cache'
import { chain, checkOptions, nearest } from '@millrace/core'
import type { Middleware } from '@millrace/core'
import { paginate } from '@millrace/mcp'

/** Options of `recommended`: those of `cached`, and the size of a page. */
export interface RecommendedOptions extends CachedOptions {
  /** Entries of a list in one page, an integer ≥ 1; `false` answers lists whole. @default false */
  readonly pageSize?: number | false
}

/** The recommended chain as one middleware, with what there is to hold on to. */
export interface Recommended extends Middleware {
  /** The cache inside: invalidate, warm and measure through it. */
  readonly cache: Cached
}

/** How long lists are kept when nothing is said of them; a change of the list drops them at once. */
const listsTtlMs = 300_000

/**
 * The recommended chain in the recommended order, for `use(server, recommended())`: lists are cached until they change
 * or five minutes have passed. Tools, resources and prompts are cached as their options say; `ttlMs` covers the tools
 * that say `readOnlyHint: true`.
 *
 * @throws TypeError for an option that is not right, with what was expected and what came
 */
export const recommended = (options: RecommendedOptions = {}): Recommended => {
  checkNames(options)
  const { pageSize = false, ...caching } = options
  const cache = cached({ lists: listsTtlMs, ...caching })
  const middleware = pageSize === false ? [cache] : [paginate({ pageSize }), cache]
  return Object.assign(chain(...middleware), { cache })
}

// The names of other options are for `cached` to check; it cannot know that this one was meant.
const checkNames = (options: object): void => {
  const own = { pageSize: any }
  const others = Object.keys(options ?? {}).filter((name) => nearest(name, ['pageSize']) === undefined)
  checkOptions('recommended', options, { ...Object.fromEntries(others.map((name) => [name, any])), ...own })
}

const any = () => undefined
