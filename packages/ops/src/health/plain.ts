import { kindOf } from '@millrace/core'
import type { Health } from '@millrace/core'

/** What can be shown of what a check says, whatever it says: a text of some length, and numbers that JSON has. */
export const plain = ({ status, detail, numbers }: Health): Health => ({
  status,
  ...(detail === undefined ? {} : { detail: cut(typeof detail === 'string' ? detail : kindOf(detail)) }),
  ...(typeof numbers === 'object' && numbers !== null ? { numbers: finite(numbers) } : {}),
})

/** What went wrong, in its own words. */
export const messageOf = (error: unknown): string =>
  cut(error instanceof Error || typeof error === 'string' ? textOf(error) : `It threw ${kindOf(error)}.`)

const textOf = (error: Error | string): string => {
  const text: unknown = typeof error === 'string' ? error : error.message || error.name
  return typeof text === 'string' ? text : kindOf(text)
}

/** Drivers give counts as BigInt, which JSON has not. */
const finite = (numbers: { readonly [name: string]: unknown }): { readonly [name: string]: number } =>
  Object.fromEntries(
    Object.entries(numbers)
      .map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value] as const)
      .filter((entry): entry is [string, number] => Number.isFinite(entry[1]))
      .slice(0, mostNumbers),
  )

const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text)

const longest = 500
const mostNumbers = 50
