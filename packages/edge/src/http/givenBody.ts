import type { IncomingMessage } from 'node:http'
import { kindOf } from '@millrace/core'
import { isRecord } from '../eras/message.ts'
import type { Refusal } from './refusal.ts'

/** What somebody before the edge has made of a body: its text, its value, or nothing that is of use. */
export type GivenBody = { readonly text: string } | { readonly value: unknown } | { readonly refusal: Refusal }

/**
 * The body that a framework has read. Undefined where it is still to be read.
 *
 * @param explicit the one that the handler was given, which counts for more than `request.body`
 */
export const givenBody = (request: IncomingMessage, explicit: unknown): GivenBody | undefined => {
  const { body } = request as { readonly body?: unknown }
  // Express calls a handler with its `next`.
  const given = explicit === undefined || typeof explicit === 'function' ? body : explicit
  if (given === undefined) return undefined
  if (typeof given === 'string') return { text: given }
  if (given instanceof Uint8Array) return { text: Buffer.from(given).toString() }
  if (Array.isArray(given) || (isRecord(given) && 'jsonrpc' in given)) return { value: given }
  // Parsers of Express 4 leave an empty object behind whatever they did not read.
  if (isRecord(given) && Object.keys(given).length === 0 && !request.readableDidRead && isPlain(given)) return undefined
  const got = isRecord(given) ? `${kindOf(given)} without jsonrpc` : kindOf(given)
  return { refusal: { status: 400, code: -32700, message: `${unusable}, got ${got}` } }
}

const isPlain = (value: object): boolean => Object.getPrototypeOf(value) === Object.prototype

const unusable = 'Parse error: the body that was read before must be text, bytes or a JSON-RPC message'
