import type { Params } from '../wire/request.ts'

/**
 * A text that a JSON Schema allows, another one at nearly every draw.
 *
 * @throws Error with a sentence, for a pattern that a made-up text does not fit
 */
export const sampleText = (schema: Params, random: () => number, path: string): string => {
  const number = Math.floor(random() * 1_000_000)
  const text = fitted(formats[String(schema['format'])]?.(number) ?? `text ${number}`, schema)
  const { pattern } = schema
  if (typeof pattern !== 'string' || isMatch(pattern, text)) return text
  // Numbers, codes and names are what most patterns ask for.
  const other = [String(number), `a${number}`, 'a', 'A', 'AB', 'ABC', 'abc'].find((one) => isMatch(pattern, one))
  if (other !== undefined) return other
  throw new Error(`${path || 'the argument'} must match /${pattern}/, which cannot be made up`)
}

const formats: { readonly [format: string]: ((number: number) => string) | undefined } = {
  __proto__: null as never,
  date: (number) => dateOf(number).slice(0, 10),
  'date-time': (number) => dateOf(number),
  time: (number) => dateOf(number).slice(11),
  email: (number) => `user${number}@example.com`,
  hostname: (number) => `host${number}.example.com`,
  ipv4: (number) => `192.0.2.${number % 256}`,
  ipv6: (number) => `2001:db8::${(number % 65_536).toString(16)}`,
  uri: (number) => `https://example.com/${number}`,
  url: (number) => `https://example.com/${number}`,
  uuid: (number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
}

const dateOf = (number: number): string => new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString()

const fitted = (text: string, { minLength, maxLength }: Params): string => {
  const least = typeof minLength === 'number' ? minLength : 0
  const most = typeof maxLength === 'number' ? maxLength : Infinity
  const long = text.padEnd(Math.min(least, 100_000), 'x')
  // The end of it is what differs.
  return long.length > most ? long.slice(long.length - most) : long
}

const isMatch = (pattern: string, text: string): boolean => {
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return false
  }
}
