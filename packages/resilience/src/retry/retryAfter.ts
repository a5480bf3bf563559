/**
 * When an error says that trying again makes sense, in milliseconds from now: `retryAfterMs`, a `Retry-After` header in
 * seconds or as a date (RFC 9110, section 10.2.3), or JSON-RPC's `data.retryAfterMs`, on the error, on its `response`,
 * or on what caused it. Undefined when it does not say.
 *
 * @param now in milliseconds since the Unix epoch
 */
export const retryAfterOf = (error: unknown, now: number): number | undefined => {
  for (let at = error, depth = 0; isObject(at) && depth < deepest; at = at['cause'], depth += 1) {
    const said = saidBy(at, now)
    if (said !== undefined) return said
  }
  return undefined
}

/** Whether an error says that trying again makes no sense, ever or for this caller. */
export const saysNever = (error: unknown): boolean =>
  isObject(error) && (error['isRetryable'] === false || error['retryAfterMs'] === Infinity)

const saidBy = (error: Fields, now: number): number | undefined => {
  const { retryAfterMs, headers, response, data } = error
  return (
    wait(retryAfterMs) ??
    headerOf(headers, now) ??
    (isObject(response) ? headerOf(response['headers'], now) : undefined) ??
    (isObject(data) ? wait(data['retryAfterMs']) : undefined)
  )
}

const headerOf = (headers: unknown, now: number): number | undefined => {
  const value = isObject(headers) ? read(headers) : undefined
  const text = Array.isArray(value) ? (value[0] as unknown) : value
  if (typeof text !== 'string' && typeof text !== 'number') return undefined
  const said = String(text).trim()
  if (/^\d+$/.test(said)) return wait(Number(said) * 1000)
  const isObsolete = asctime.test(said)
  if (!isObsolete && !fixdate.test(said)) return undefined
  const date = Date.parse(isObsolete ? `${said} GMT` : said)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

// What else `Date.parse` would make a date of (5.5, -3) is none. The forms are those of RFC 9110, section 5.6.7.
const fixdate = /^[A-Z][a-z]+, \d\d(?: [A-Z][a-z]{2} \d{4}|-[A-Z][a-z]{2}-\d\d) \d\d:\d\d:\d\d GMT$/
const asctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/

const read = (headers: Fields): unknown =>
  typeof headers['get'] === 'function'
    ? (headers as unknown as Headers).get('retry-after')
    : (headers['retry-after'] ?? headers['Retry-After'])

const wait = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && value < Infinity ? value : undefined

const isObject = (value: unknown): value is Fields => value !== null && typeof value === 'object'

interface Fields {
  readonly [key: string]: unknown
}

const deepest = 5
