import { arrayOf, checkOptions, text } from '@millrace/core'
import type { Match } from '@millrace/core'
import type { Drop } from './stores/ledger.ts'

/** What to drop: everything that matches all fields given, of several tags any. */
export interface Invalidation extends Match {
  /**
   * As `call.principal` has it, not a user's name: what the `principal` function of `use` gives, else
   * `defaultPrincipal(authInfo)` of `@millrace/mcp`.
   */
  readonly principal?: string | undefined
  /** One entry, by the key `keyOf` says; stands alone. */
  readonly key?: string | undefined
  /** A tool by name; short for `operation: 'tools/call …'`. */
  readonly tool?: string | undefined
}

/**
 * Reads what to drop.
 *
 * @throws TypeError when it is nothing, or contradicts itself.
 */
export const dropOf = (what: Invalidation): Drop => {
  checkOptions('cached.invalidate', what, checks)
  const given = Object.entries((what as Invalidation | undefined) ?? {}).filter(([, value]) => value !== undefined)
  if (given.length === 0) {
    throw new TypeError(`cached.invalidate: give one of ${Object.keys(checks).join(', ')}; clear() drops everything`)
  }
  const { key, tool, ...match } = what
  if (key !== undefined) {
    if (given.length > 1) throw new TypeError('cached.invalidate: key names one entry and stands alone')
    return { key }
  }
  if (tool === undefined) return { match }
  if (match.operation !== undefined) throw new TypeError('cached.invalidate: give tool or operation, not both')
  return { match: { ...match, operation: `tools/call ${tool}` } }
}

const checks = {
  key: text,
  tool: text,
  operation: text,
  tags: arrayOf(text, 'strings that are not empty'),
  principal: text,
  pattern: text,
}
