import { kindOf } from '@millrace/core'
import type { Call, Result } from '@millrace/core'
import { events } from '../report.ts'
import type { ResourceLink } from './cutResult.ts'
import { bytesOf } from './measure.ts'

/** Says where a whole answer can be had, after putting it there when need be. */
export type Link = (call: Call, whole: Result) => ResourceLink | undefined | Promise<ResourceLink | undefined>

/** What the author's function gives; undefined when it gives nothing, fails, or gives what cannot be sent. */
export const linkTo = async (
  call: Call,
  whole: Result,
  link: Link,
  maxBytes: number,
): Promise<ResourceLink | undefined> => {
  try {
    const given = await link(call, whole)
    if (given !== undefined) check(given, maxBytes - noteBytes)
    return given
  } catch (error) {
    if (events.hasSubscribers) events.publish({ type: 'limitResult.linkFailed', operation: call.operation, error })
    return undefined
  }
}

const check = (given: unknown, maxBytes: number): void => {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) {
    throw new TypeError(`limitResult.link must give { uri, name }, got ${kindOf(given)}`)
  }
  const missing = ['uri', 'name'].filter((field) => !isText((given as { readonly [field: string]: unknown })[field]))
  if (missing.length > 0) {
    throw new TypeError(`limitResult.link must give { uri, name }, got an object without ${missing.join(' and ')}`)
  }
  const bytes = sizeOf(given)
  if (bytes > maxBytes) throw new TypeError(`limitResult.link must give at most ${maxBytes} bytes, got ${bytes}`)
}

const sizeOf = (given: object): number => {
  try {
    return bytesOf(given)
  } catch (cause) {
    throw new TypeError('limitResult.link must give what JSON can write', { cause })
  }
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''

// What stands beside a link when nothing else fits.
const noteBytes = 512
