import { kindOf } from '@millrace/core'
import { Fault } from './fault.ts'
import { found, referenceOf } from './reference.ts'
import type { Reference } from './reference.ts'

/**
 * The arguments of a step, in which `{ "$ref": "find.id" }` stands for a value, `{ "$text": "of {{find.name}}" }` for a
 * text with values in it, and `{ "$literal": … }` for what it holds, unread. Everything else means itself: a string is
 * never searched for references.
 */
export interface Template {
  readonly references: readonly Reference[]
  /** @throws Fault when a reference leads nowhere */
  fill(valueOf: (step: string) => unknown): unknown
}

/** @throws Fault for a reference that is none, and for arguments that are nested too deep */
export const templateOf = (given: unknown): Template => {
  const references: Reference[] = []
  const fill = compiled(given, references, 0)
  return { references, fill }
}

type Fill = (valueOf: (step: string) => unknown) => unknown

const compiled = (given: unknown, references: Reference[], depth: number): Fill => {
  if (depth > maxDepth) throw new Fault(`the arguments are nested more than ${maxDepth} levels deep`)
  if (given === null || typeof given !== 'object') return () => given
  const refer = (text: unknown): Fill => {
    const reference = referenceOf(text)
    references.push(reference)
    return (valueOf) => found(reference, valueOf(reference.step))
  }
  if (Array.isArray(given)) {
    const items = given.map((item) => compiled(item, references, depth + 1))
    return (valueOf) => items.map((item) => item(valueOf))
  }
  const entries = Object.entries(given)
  const [[name, value] = [], ...others] = entries
  if (others.length === 0 && name === '$literal') return () => value
  if (others.length === 0 && name === '$ref') return refer(value)
  if (others.length === 0 && name === '$text') return textOf(value, refer)
  const fields = entries.map(([key, inner]) => [key, compiled(inner, references, depth + 1)] as const)
  // Not by assignment: a field called __proto__ stays a field.
  return (valueOf) => Object.fromEntries(fields.map(([key, inner]) => [key, inner(valueOf)]))
}

const textOf = (given: unknown, refer: (text: unknown) => Fill): Fill => {
  if (typeof given !== 'string') throw new Fault(`$text must be a text, got ${kindOf(given)}`)
  if (given.length > maxTextLength)
    throw new Fault(`$text must be at most ${maxTextLength} characters long, got ${given.length}`)
  const parts: Fill[] = []
  let read = 0
  for (let open = given.indexOf('{{'); open >= 0; open = given.indexOf('{{', read)) {
    const close = given.indexOf('}}', open + 2)
    if (close < 0) break
    const before = given.slice(read, open)
    parts.push(() => before, refer(given.slice(open + 2, close)))
    read = close + 2
  }
  const rest = given.slice(read)
  return (valueOf) => joined([...parts, () => rest], valueOf)
}

// A long value may be referred to often: what gets too long is not even put together.
const joined = (parts: readonly Fill[], valueOf: (step: string) => unknown): string => {
  let text = ''
  for (const part of parts) {
    text += written(part(valueOf))
    if (text.length > maxFilledLength)
      throw new Fault(`a text with its values is longer than ${maxFilledLength} characters`)
  }
  return text
}

const written = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

const maxDepth = 64
const maxTextLength = 100_000
const maxFilledLength = 1_000_000
