import type { Match } from './store.ts'

/** What a match is asked about; `tags` is undefined while they are not known yet. */
export interface Matched {
  readonly operation: string
  readonly principal?: string | undefined
  readonly target?: string | undefined
  readonly tags: readonly string[] | undefined
}

/** Whether a match covers an entry. Of an entry whose tags are not known yet it says what may be. */
export const matches = (match: Match, { operation, principal, target, tags }: Matched): boolean =>
  (match.operation === undefined || match.operation === operation) &&
  (match.principal === undefined || match.principal === principal) &&
  (match.pattern === undefined || (target !== undefined && fits(match.pattern, target))) &&
  (match.tags === undefined || tags === undefined || match.tags.some((tag) => tags.includes(tag)))

/**
 * Whether `text` fits a pattern in which `*` stands for any run of characters and everything else for itself.
 * Takes time in proportion to the lengths multiplied at worst, unlike a regular expression with several `.*`.
 */
export const fits = (pattern: string, text: string): boolean => {
  let at = 0
  let wanted = 0
  let star = -1
  let resumeAt = 0
  while (at < text.length) {
    if (pattern[wanted] === '*') {
      star = wanted
      wanted += 1
      resumeAt = at
    } else if (wanted < pattern.length && pattern[wanted] === text[at]) {
      wanted += 1
      at += 1
    } else if (star === -1) {
      return false
    } else {
      // The last star takes one character more.
      resumeAt += 1
      at = resumeAt
      wanted = star + 1
    }
  }
  while (pattern[wanted] === '*') wanted += 1
  return wanted === pattern.length
}
