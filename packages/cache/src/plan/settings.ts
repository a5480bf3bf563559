import type { Call, Result } from '@millrace/core'
import type { CachedOptions, CacheRule, CacheRules, Ttl } from './options.ts'

/** A rule with everything filled in, as calls read it. */
export interface Settings {
  readonly ttlMs: Ttl
  readonly isPublic: boolean
  readonly varyBy: ((call: Call) => unknown) | undefined
  readonly key: ((call: Call) => unknown) | undefined
  readonly tags: readonly string[] | ((call: Call, result: Result) => readonly string[])
  readonly staleMs: number
  readonly staleIfErrorMs: number
  /** β of XFetch; 0 is off. */
  readonly beta: number
  readonly hasHints: boolean
}

/** What a rule comes to; undefined when nothing is cached by it. */
export const settingsOf = (
  rule: number | CacheRule | false | undefined,
  general: CacheRules,
  generalTtl?: CachedOptions['ttlMs'],
): Settings | undefined => {
  if (rule === false || rule === undefined) return undefined
  const { ttlMs = generalTtl, ...own } = typeof rule === 'number' ? { ttlMs: rule } : rule
  return ttlMs === undefined ? undefined : filled(ttlMs, { ...given(general), ...given(own) })
}

const filled = (
  ttlMs: Ttl,
  {
    scope = 'private',
    varyBy,
    key,
    tags = [],
    staleMs = 0,
    staleIfErrorMs = 0,
    earlyRefresh = false,
    hints = true,
  }: CacheRules,
): Settings => ({
  ttlMs,
  isPublic: scope === 'public',
  varyBy,
  key,
  tags: typeof tags === 'function' ? tags : Object.freeze([...tags]),
  staleMs,
  staleIfErrorMs,
  beta: earlyRefresh === false ? 0 : earlyRefresh,
  hasHints: hints,
})

const given = (rules: CacheRules): CacheRules =>
  Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined))
