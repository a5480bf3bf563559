import type { Labels } from '../series/source.ts'

/** Labels as they are written, without braces; those whose names are left out are left out. */
export const labelText = (labels: { readonly [label: string]: unknown }, without: readonly string[] = []): string =>
  Object.entries(labels)
    .filter(([name]) => !without.includes(name))
    .map(([name, value]) => `${name}="${typeof value === 'string' ? escaped(value) : String(value)}"`)
    .join(',')

/** The end of a line's labels, up to its number: the same bytes for the same object. */
export const labelEnd = (labels: Labels): Uint8Array => {
  const known = ends.get(labels)
  if (known !== undefined) return known
  const text = labelText(labels)
  const end = Buffer.from(text === '' ? '' : `${text}} `)
  ends.set(labels, end)
  return end
}

const ends = new WeakMap<Labels, Uint8Array>()

const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
