import type { Bus, Call, Clock, Match, Maybe, Result, Store } from '@millrace/core'

/**
 * How long a result is fresh, in milliseconds; at least 1, `Infinity` for as long as the store keeps it. A function
 * decides for each result, and 0 or less then means that it is not stored.
 */
export type Ttl = number | ((call: Call, result: Result) => number)

/** How results are kept and shared. What is set for everything holds wherever nothing narrower says otherwise. */
export interface CacheRules {
  /**
   * Who shares an entry: `private` the calls of one principal, `public` everybody. Anonymous calls share among
   * themselves and never with anybody who has a name. @default 'private'
   */
  readonly scope?: 'private' | 'public' | undefined
  /** What else the result depends on, as JSON: a tenant, a locale. Part of the key. @default nothing */
  readonly varyBy?: ((call: Call) => unknown) | undefined
  /** What of the call the result depends on, in place of all its arguments, as JSON. @default the arguments */
  readonly key?: ((call: Call) => unknown) | undefined
  /** Names to drop entries by. @default none */
  readonly tags?: readonly string[] | ((call: Call, result: Result) => readonly string[]) | undefined
  /** How long after `ttlMs` a result is still served while it is loaded anew in the background. @default 0 */
  readonly staleMs?: number | undefined
  /** How long after `ttlMs` a result is served in place of a failure to load it anew. @default 0 */
  readonly staleIfErrorMs?: number | undefined
  /**
   * β of XFetch: a hit starts a background load before `ttlMs` ends, the likelier the nearer the end and the slower
   * the load; 1 is the published optimum, more is earlier. @default false
   */
  readonly earlyRefresh?: number | false | undefined
  /**
   * Whether lists and resources tell a client of protocol 2026-07-28 how long it may keep them (`ttlMs`, counting down,
   * and `cacheScope`). @default true
   */
  readonly hints?: boolean | undefined
}

/** How one kind of result is cached. */
export interface CacheRule extends CacheRules {
  readonly ttlMs?: Ttl | undefined
}

/** How one tool is cached, or, for a tool that writes, what it makes outdated. */
export interface ToolRule extends CacheRule {
  /**
   * What a call of this tool drops, however it ends, unless it was refused before its handler ran. Such a tool is not
   * cached itself.
   */
  readonly invalidates?: Invalidates | undefined
}

/** Tags, or what a call and its result (`{}` where something was thrown) come to: tags, or a match. */
export type Invalidates = readonly string[] | ((call: Call, result: Result) => Maybe<readonly string[] | Match>)

/** Resources by URI, `*` standing for any run of characters; the first that fits counts. */
export interface ResourceRules {
  readonly [uri: `${string}:${string}` | `${string}*`]: number | CacheRule | false
}

/** Options of `cached`. */
export interface CachedOptions extends CacheRules {
  /**
   * Caches the tools that say `readOnlyHint: true`, and every handler this is wrapped around.
   * @default none but those named in `tools`
   */
  readonly ttlMs?: Ttl | undefined
  /**
   * Single tools by name: a lifetime in milliseconds, a rule, or `false` for a tool that is never cached. Naming a
   * tool opts it in; a rule without `ttlMs` takes the one above.
   */
  readonly tools?: { readonly [name: string]: number | ToolRule | false } | undefined
  /** `tools/list`, `prompts/list`, `resources/list`, `resources/templates/list`. @default false */
  readonly lists?: number | CacheRule | false | undefined
  /** `resources/read`: one rule, or rules by URI. @default false */
  readonly resources?: number | CacheRule | ResourceRules | false | undefined
  /** `prompts/get`. @default false */
  readonly prompts?: number | CacheRule | false | undefined
  /** Where entries live. @default a `memoryStore()` of its own */
  readonly store?: Store | undefined
  /**
   * A load older than this, in milliseconds, is no longer joined: the next caller starts another. Also how long a
   * background load may take. At least 1. @default 60_000
   */
  readonly maxLoadMs?: number | undefined
  /** How long a call waits for a store that answers later, in milliseconds; at least 1. @default 250 */
  readonly storeTimeoutMs?: number | undefined
  /** Largest result that is kept, in bytes of JSON; a larger one is a warning on the process. @default 1 MiB */
  readonly maxEntryBytes?: number | undefined
  /** Largest arguments that are looked at, in characters of JSON; calls with larger ones go past. @default 1_048_576 */
  readonly maxInputLength?: number | undefined
  /** A random number from 0 to 1, for `earlyRefresh`. @default Math.random */
  readonly random?: (() => number) | undefined
  /**
   * Tells the caches of other processes what is dropped here, and hears what they drop: `redisBus()`. @default none
   */
  readonly bus?: Bus | undefined
  /** The time entries live in; a store's must be the same. @default systemClock */
  readonly clock?: Clock | undefined
}
