/** Where a call comes from in a trace, as the W3C's Trace Context says it. */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string
  /** The caller's span: 16 hex digits. */
  readonly spanId: string
  /** Whether the caller has this trace recorded. */
  readonly isSampled: boolean
  /** All flags, as they came. */
  readonly flags: number
  /** What tracing systems hand on among themselves; undefined when there is none or it is malformed. */
  readonly state: string | undefined
}

/**
 * Reads `traceparent` and `tracestate` strictly: anything that departs from the grammar is nothing, as the trace of a
 * caller who cannot spell it is nobody's. A later version than 00 is read as far as 00 knows it.
 * (W3C Trace Context, level 2, sections 2.2 and 2.3.)
 */
export const traceContext = (traceparent: unknown, tracestate?: unknown): TraceContext | undefined => {
  if (typeof traceparent !== 'string' || traceparent.length < length) return undefined
  const found = parent.exec(traceparent)
  if (found === null) return undefined
  const [, version, traceId, spanId, digits, rest] = found as unknown as readonly [
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  if (version === 'ff' || (version === '00' && rest !== '')) return undefined
  if (traceId === noTrace || spanId === noSpan) return undefined
  const flags = Number.parseInt(digits, 16)
  return { traceId, spanId, flags, isSampled: (flags & 1) === 1, state: stateOf(tracestate) }
}

const length = 55
const parent = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(|-[^]*)$/
const noTrace = '0'.repeat(32)
const noSpan = '0'.repeat(16)

const stateOf = (tracestate: unknown): string | undefined => {
  if (typeof tracestate !== 'string' || tracestate.length > maxStateLength) return undefined
  const members = tracestate.split(',').map((one) => one.replaceAll(/^[ \t]+|[ \t]+$/g, ''))
  const said = members.filter((one) => one !== '')
  if (said.length === 0 || said.length > maxMembers || !said.every((one) => member.test(one))) return undefined
  const keys = new Set(said.map((one) => one.slice(0, one.indexOf('='))))
  return keys.size === said.length ? said.join(',') : undefined
}

const maxMembers = 32
// The grammar has no bound but those of its members; this is more than anybody may be asked to hand on (section 3.3.1.5).
const maxStateLength = 32 * 513 + 31
const member = /^(?:[a-z\d][a-z\d_\-*/@]{0,255})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/
