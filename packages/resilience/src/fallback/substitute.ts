import { kindOf } from '@millrace/core'
import type { Call, Result } from '@millrace/core'
import { fits, isAnswer } from './fits.ts'

/**
 * What to answer instead: a result, or a function that makes one and may decline with undefined or null. A result as it
 * stands is given only where it has the form that the method answers with.
 */
export type Substitute =
  | Result
  | ((call: Call, error: unknown) => Result | null | undefined | Promise<Result | null | undefined>)

/** Makes a substitute; undefined when it declines. @throws TypeError when what was made is no result */
export type Make = (call: Call, error: unknown) => Promise<Result | undefined>

/** Checks a substitute and makes a function of it. @throws TypeError when it makes no sense */
export const makeOf = (substitute: Substitute): Make => {
  if (typeof substitute === 'function') return async (call, error) => checked(await substitute(call, error))
  if (!isResult(substitute)) {
    throw new TypeError(`fallback: expected a result or a function (call, error) => …, got ${kind(substitute)}`)
  }
  if ('content' in substitute && !Array.isArray(substitute['content'])) {
    throw new TypeError(`fallback: content must be an array such as ${example}, got ${kindOf(substitute['content'])}`)
  }
  if (!isAnswer(substitute)) warn(substitute)
  return async (call) => (fits(substitute, call.method) ? substitute : undefined)
}

const checked = (made: unknown): Result | undefined => {
  if (made === undefined || made === null) return undefined
  if (isResult(made)) return made
  throw new TypeError(`fallback: the function must give a result, undefined or null, got ${kind(made)}`)
}

// The author of methods of one's own may mean it.
const warn = (substitute: Result): void => {
  const names = Object.keys(substitute).join(', ') || 'nothing'
  process.emitWarning(
    `fallback: no method of MCP answers with an object of ${names}, so it stands for methods of your own only; a tool call answers { content: ${example} }`,
    { type: 'MillraceWarning', code: 'MILLRACE_SUBSTITUTE' },
  )
}

/** Errors, maps, dates and arrays are objects, and no results. */
const isResult = (value: unknown): value is Result => Object.prototype.toString.call(value) === '[object Object]'

const kind = (value: unknown): string => {
  if (value instanceof Error) return 'an error'
  const said = kindOf(value)
  return said === 'an object' ? 'an object of another class' : said
}

const example = "[{ type: 'text', text: '…' }]"
