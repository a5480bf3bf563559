import { cached } from '@millrace/cache'
import type { Cached, CachedOptions } from '@millrace/cache'
import { boolean, chain, checkOptions, either, func, off, record } from '@millrace/core'
import type { Check, Middleware } from '@millrace/core'
import { paginate } from '@millrace/mcp'
import { queue, rateLimit } from '@millrace/queue'
import type { Queue, QueueOptions, RateLimit, RateLimitOptions } from '@millrace/queue'
import { breaker, fallback, hedge, limitResult, retry, timeout } from '@millrace/resilience'
import type {
  Breaker,
  BreakerOptions,
  HedgeOptions,
  LimitResultOptions,
  RetryOptions,
  Substitute,
  TimeoutOptions,
} from '@millrace/resilience'

/** Options of `recommended`: those of `cached`, the size of a page, and every other layer by its name. */
export interface RecommendedOptions extends CachedOptions {
  /** Entries of a list in one page, an integer ≥ 1; `false` answers lists whole. @default false */
  readonly pageSize?: number | false
  /** How often a caller may call. @default false */
  readonly rateLimit?: RateLimitOptions | false
  /** What is answered when a call fails. @default false */
  readonly fallback?: Substitute | false
  /** How long each caller waits; `true` is 30 seconds. @default false, as a tool may be meant to take minutes */
  readonly timeout?: TimeoutOptions | boolean
  /** How large an answer may be; `true` is 1 MiB. @default false */
  readonly limitResult?: LimitResultOptions | boolean
  /** A second attempt of a slow read beside the first. @default false */
  readonly hedge?: HedgeOptions | boolean
  /** Further attempts of calls that may be repeated. @default false */
  readonly retry?: RetryOptions | boolean
  /** Refusing at once what would fail. @default false */
  readonly breaker?: BreakerOptions | boolean
  /** How many calls run at a time and how many wait; `true` finds the limits by itself. @default true */
  readonly queue?: QueueOptions | boolean
}

/** The recommended chain as one middleware, with what there is to hold on to. */
export interface Recommended extends Middleware {
  /** The cache inside: invalidate, warm and measure through it. */
  readonly cache: Cached
  /** The queue inside, unless it was left out. */
  readonly queue: Queue | undefined
  /** The breaker inside, if there is one. */
  readonly breaker: Breaker | undefined
  /** The rate limit inside, if there is one. */
  readonly rateLimit: RateLimit | undefined
}

/** How long lists are kept when nothing is said of them; a change of the list drops them at once. */
const listsTtlMs = 300_000

/**
 * The recommended chain in the recommended order, for `use(server, recommended())`. Lists are cached until they change
 * or five minutes have passed. Tools, resources and prompts are cached as their options say; `ttlMs` covers the tools
 * that say `readOnlyHint: true`. What is not answered from the cache passes a queue that finds its limits by itself.
 * The other layers are there when they are named.
 *
 * @throws TypeError for an option that is not right, with what was expected and what came
 */
export const recommended = (options: RecommendedOptions = {}): Recommended => {
  checkOptions('recommended', options, { ...own, ...caching })
  const { pageSize = false, ...others } = options
  const { rateLimit: rate, fallback: instead, timeout: time, limitResult: size, hedge: second, ...inner } = others
  const { retry: again, breaker: guard, queue: line = true, ...kept } = inner
  const layers = {
    rateLimit: made(rateLimit, rate),
    fallback: instead === undefined || instead === false ? undefined : fallback(instead),
    timeout: made(timeout, time),
    pages: pageSize === false ? undefined : paginate({ pageSize }),
    cache: cached({ lists: listsTtlMs, ...kept }),
    limitResult: made(limitResult, size),
    hedge: made(hedge, second),
    retry: made(retry, again),
    breaker: made(breaker, guard),
    queue: made(queue, line),
  }
  const present = Object.values<Middleware | undefined>(layers).filter((layer) => layer !== undefined)
  const { cache, queue: waiting, breaker: circuit, rateLimit: pace } = layers
  return Object.assign(chain(...present), { cache, queue: waiting, breaker: circuit, rateLimit: pace })
}

const made = <Options, Layer>(
  factory: (options: Options) => Layer,
  options: Options | boolean | undefined,
): Layer | undefined =>
  options === undefined || options === false ? undefined : factory(options === true ? ({} as Options) : options)

const anything = () => undefined
const layer = either(boolean, record)
const own = {
  pageSize: anything,
  rateLimit: either(off, record),
  fallback: either(off, record, func),
  timeout: layer,
  limitResult: layer,
  hedge: layer,
  retry: layer,
  breaker: layer,
  queue: layer,
}

// Their values are for `cached` to check.
const caching = {
  ttlMs: anything,
  tools: anything,
  lists: anything,
  resources: anything,
  prompts: anything,
  scope: anything,
  varyBy: anything,
  key: anything,
  tags: anything,
  staleMs: anything,
  staleIfErrorMs: anything,
  earlyRefresh: anything,
  hints: anything,
  store: anything,
  bus: anything,
  maxLoadMs: anything,
  storeTimeoutMs: anything,
  maxEntryBytes: anything,
  maxInputLength: anything,
  random: anything,
  clock: anything,
} satisfies { readonly [Name in keyof Required<CachedOptions>]: Check }
