import { arrayOf, checkOptions, record, text } from '@millrace/core'
import type { BusMessage } from '@millrace/core'

/** A message and who sent it, as text. */
export const write = (from: string, message: BusMessage): string => JSON.stringify({ from, message })

/**
 * What somebody else sent; undefined for what this one sent itself. What nobody understands, as from a later version,
 * might mean anything, and counts as everything.
 */
export const read = (own: string, sent: string): BusMessage | undefined => {
  try {
    const { from, message } = JSON.parse(sent) as { readonly from: unknown; readonly message: BusMessage }
    if (from === own) return undefined
    check(message)
    return message
  } catch {
    return { type: 'clear' }
  }
}

/** @throws TypeError when it is no message */
const check = (message: BusMessage): void => {
  if (message.type === 'clear') return
  if (message.type === 'delete') return checkOptions('message', message, { type: text, key: isText })
  if (message.type !== 'invalidate') throw new TypeError('no message')
  checkOptions('message', message, { type: text, match: record })
  checkOptions('match', message.match, match)
  if (message.match === undefined) throw new TypeError('no match')
}

const isText = (value: unknown): string | undefined => (typeof value === 'string' ? undefined : 'a string')

const match = { tags: arrayOf(isText, 'strings'), operation: isText, principal: isText, pattern: isText }
