import type { Result } from '@millrace/core'

/** What a client is told about a result it may keep. */
export interface Freshness {
  /** How long it stays fresh, in milliseconds; negative when it no longer is. */
  readonly remainingMs: number
  /** How long ago it was loaded, in milliseconds. */
  readonly ageMs: number
  readonly isPublic: boolean
  /** Whether the cache's own declaration is told, or only what the handler gave counted down. */
  readonly isDeclared: boolean
}

/**
 * A copy of a stored result with `ttlMs` and `cacheScope` as they are now. What the handler itself put in is never
 * promised for longer; a result that it calls private is not stored where entries are public.
 */
export const withHints = (result: Result, { remainingMs, ageMs, isPublic, isDeclared }: Freshness): Result => {
  const { ttlMs: given } = result
  const givenMs = typeof given === 'number' && given >= 0 ? given - ageMs : Infinity
  const ttlMs = Math.min(isDeclared ? remainingMs : Infinity, givenMs)
  if (ttlMs === Infinity) return result
  const hinted = { ...result, ttlMs: Math.max(0, Math.floor(ttlMs)) }
  return isDeclared ? { ...hinted, cacheScope: isPublic ? 'public' : 'private' } : hinted
}
