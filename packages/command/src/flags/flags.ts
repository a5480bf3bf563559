import { InvalidArgumentError } from 'commander'
import { legacy, modern } from '../wire/era.ts'
import { isRecord } from '../wire/judge.ts'
import type { Params } from '../wire/request.ts'

/** `10s`, `500ms`, `2m`, or a number of seconds, as milliseconds. */
export const time = (text: string): number => {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|s|m)?$/.exec(text) ?? []
  const ms = Number(amount) * (units[unit] ?? Number.NaN)
  if (Number.isNaN(ms) || ms > maxMs)
    throw new InvalidArgumentError('It must be a time up to 24 hours such as 500ms, 10s or 2m.')
  return ms
}

/** A time above 0. */
export const someTime = (text: string): number => {
  const ms = time(text)
  if (ms === 0) throw new InvalidArgumentError('It must be longer than 0.')
  return ms
}

/** An integer from `least` on. */
export const integerFrom =
  (least: number, most: number = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const number = Number(text)
    if (text.trim() !== '' && Number.isSafeInteger(number) && number >= least && number <= most) return number
    const range = most === Number.MAX_SAFE_INTEGER ? `≥ ${least}` : `from ${least} to ${most}`
    throw new InvalidArgumentError(`It must be an integer ${range}.`)
  }

/** A number above 0. */
export const positive = (text: string): number => {
  const number = Number(text)
  if (Number.isFinite(number) && number > 0) return number
  throw new InvalidArgumentError('It must be a number above 0.')
}

/** A share from 0 to 1. */
export const ratio = (text: string): number => {
  const number = Number(text)
  if (text.trim() !== '' && number >= 0 && number <= 1) return number
  throw new InvalidArgumentError('It must be a number from 0 to 1.')
}

/** A JSON object. */
export const jsonObject = (text: string): Params => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new InvalidArgumentError(`It must be a JSON object: ${(error as Error).message}.`)
  }
  if (isRecord(value)) return value
  throw new InvalidArgumentError('It must be a JSON object such as {"city":"Rome"}.')
}

/** An HTTP header as `name: value`, added to those before. */
export const header = (text: string, before: readonly string[] = []): string[] => {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*([\t\x20-\x7e\x80-\xff]*)$/.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError("It must be a header such as 'authorization: Bearer …'.")
  }
  if (name.toLowerCase() === 'accept-encoding') {
    throw new InvalidArgumentError('Compressed answers are not read: what would be measured is this process.')
  }
  if (/^(?:content-length|transfer-encoding)$/i.test(name)) {
    throw new InvalidArgumentError('How long a request is follows from what is in it.')
  }
  return [...before, name.toLowerCase(), value]
}

/** A revision of the protocol. Of those whose requests stand alone one is spoken here. */
export const revision = (text: string): string => {
  if (/^20\d\d-\d\d-\d\d$/.test(text) && text <= modern.revision) return text
  throw new InvalidArgumentError(`It must be a revision such as ${legacy.revision}, up to ${modern.revision}.`)
}

const units: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000 }
const maxMs = 86_400_000
