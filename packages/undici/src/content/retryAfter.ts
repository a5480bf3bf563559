import type { HttpHeaders } from '../response.ts'

/**
 * What `Retry-After` says: seconds, or a date (RFC 9110, section 10.2.3).
 *
 * @param now in milliseconds since the Unix epoch
 * @returns milliseconds from now; undefined when it says nothing that can be understood
 */
export const retryAfterOf = (headers: HttpHeaders, now: number): number | undefined => {
  const said = headers['retry-after']
  const value = (Array.isArray(said) ? (said[0] as string) : (said as string | undefined))?.trim() ?? ''
  if (/^\d+$/.test(value)) return Number(value) * 1_000
  // JavaScript makes a date of almost anything.
  const date = /^[A-Z][a-z]{2,8},? .*\d\d:\d\d:\d\d/.test(value) ? Date.parse(value) : NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
