import { kindOf } from '@millrace/core'
import { Fault } from './fault.ts'

/** `find.cities[0].id`: a step, and the way into its value. */
export interface Reference {
  readonly text: string
  readonly step: string
  readonly path: ReadonlyArray<string | number>
}

/**
 * Reads a reference: the id of a step, then `.name`, `[0]` or `["any name"]` as often as it takes.
 *
 * @throws Fault
 */
export const referenceOf = (text: unknown): Reference => {
  if (typeof text !== 'string') throw malformed(text)
  if (text.length > maxLength)
    throw new Fault(`a reference must be at most ${maxLength} characters long, got ${text.length}`)
  const whole = text.trim()
  const [step] = /^[A-Za-z][\w-]*/.exec(whole) ?? []
  if (step === undefined) throw malformed(text)
  const rest = whole.slice(step.length)
  const path: Array<string | number> = []
  let read = 0
  for (const [part, name, index, quoted] of rest.matchAll(/\.([^.[\]]+)|\[(\d{1,9})\]|\["([^"]*)"\]/gy)) {
    read += part.length
    path.push(index === undefined ? (name ?? quoted ?? '') : Number(index))
  }
  if (read !== rest.length) throw malformed(text)
  return { text: whole, step, path }
}

/**
 * What a reference finds in the value of its step. Only own fields and items count: nothing of a prototype can be
 * reached.
 *
 * @throws Fault that says where the way ends
 */
export const found = ({ text, step, path }: Reference, value: unknown): unknown => {
  let at = value
  let way = step
  for (const part of path) {
    const next = entryOf(at, part)
    if (next === undefined) throw new Fault(`the reference "${text}" leads nowhere: ${lack(way, at, part)}`)
    at = next.value
    way += typeof part === 'number' ? `[${part}]` : `.${part}`
  }
  return at
}

const entryOf = (holder: unknown, part: string | number): { readonly value: unknown } | undefined => {
  if (holder === null || typeof holder !== 'object') return undefined
  if (!Array.isArray(holder)) {
    return Object.hasOwn(holder, part) ? { value: (holder as { readonly [key: string]: unknown })[part] } : undefined
  }
  const index = typeof part === 'string' && /^\d{1,9}$/.test(part) ? Number(part) : part
  return typeof index === 'number' && index < holder.length ? { value: holder[index] } : undefined
}

const lack = (way: string, at: unknown, part: string | number): string => {
  if (Array.isArray(at)) {
    if (typeof part === 'string' && !/^\d+$/.test(part)) return `${way} is a list, so "${part}" must be a number`
    return `${way} has ${at.length === 1 ? '1 item' : `${at.length} items`}, counted from 0`
  }
  if (at !== null && typeof at === 'object') {
    const names = Object.keys(at).slice(0, maxNamed)
    return `${way} has no "${part}"${names.length === 0 ? '' : `; it has ${names.join(', ')}`}`
  }
  return `${way} is ${kindOf(at)}`
}

const maxNamed = 12
const maxLength = 1000

const malformed = (text: unknown): Fault =>
  new Fault(
    `${JSON.stringify(text)?.slice(0, 100)} is no reference; write the id of a step and the way into its result, such as "find.cities[0].id"`,
  )
