import { jsonOf, kindOf } from '@millrace/core'
import type { Result } from '@millrace/core'
import { isRecord } from '../eras/message.ts'
import { metaNames } from '../eras/modern.ts'
import { endingOf } from './ending.ts'
import type { Ending } from './ending.ts'
import type { ErrorObject } from './passage.ts'

/** How results of a server go on the wire. */
export interface Encoder {
  /** A result that has been through the SDK already. */
  sent(result: Result): Encoded
  /** A result that middleware gave, in the form that handlers use. */
  made(method: string, result: Result): Encoded
}

/** The JSON of a result, up to the end of the answer that it is in. */
export interface Encoded {
  readonly text: string
  /** What comes after the text, where it is large and the same for many. */
  readonly ending: Ending | undefined
}

/** Results of the revisions of 2025 are sent as they are. */
export const legacyEncoder: Encoder = {
  sent: (result) => encode(result),
  made: (_method, result) => encode(result),
}

/**
 * Results of 2026-07-28 carry what kind they are, how long clients may keep them, and who the server is; SDK v2 adds
 * that behind the handler (`encodeResult`), so what never reached the SDK gets it here.
 */
export const modernEncoder = (serverInfo: unknown): Encoder => {
  // What was stamped on a tree that many callers get.
  const stamped = new WeakMap<Result, Encoded>()
  return {
    sent: (result) => encode(result),
    made: (method, result) => {
      const known = stamped.get(result)
      if (known !== undefined) return known
      const encoded = encode(stamp(method, result, serverInfo))
      if (jsonOf(result) !== undefined) stamped.set(result, encoded)
      return encoded
    },
  }
}

/** A JSON-RPC error of whatever was thrown, as both SDKs make it. */
export const errorOf = (error: unknown, isV2: boolean): ErrorObject => {
  const { code, message, data } = (error ?? {}) as { readonly [name: string]: unknown }
  const known = Number.isSafeInteger(code) ? (code as number) : -32603
  return {
    // SDK v2 sends "resource not found" with the code of 2026-07-28 (`encodeErrorCode`).
    code: isV2 && known === -32002 ? -32602 : known,
    message: typeof message === 'string' ? message : 'Internal error',
    ...(data === undefined ? {} : { data }),
  }
}

/** The JSON of an error, without its data where JSON cannot say that. */
export const encodeError = ({ code, message, data }: ErrorObject): string => {
  try {
    return JSON.stringify({ code, message, data })
  } catch {
    return JSON.stringify({ code, message })
  }
}

/** Parts of a result that are frozen and have been sent before are not written again; a large one comes last, as bytes. */
const encode = (result: Result): Encoded => {
  const ending = endingOf(result, false)
  if (ending !== undefined) return { text: '', ending }
  const whole = jsonOf(result)
  if (whole !== undefined) return { text: `${whole}}`, ending: undefined }
  if (typeof result['toJSON'] === 'function') return { text: `${stringify(result)}}`, ending: undefined }
  let hasKnown = false
  for (const name in result) {
    const value = result[name]
    if (value !== null && typeof value === 'object' && jsonOf(value) !== undefined) hasKnown = true
  }
  return hasKnown ? assemble(result) : { text: `${JSON.stringify(result)}}`, ending: undefined }
}

/** The JSON of a result that may say something else of itself than it is. @throws TypeError when that is no object */
const stringify = (result: Result): string => {
  const json = JSON.stringify(result) as string | undefined
  if (json?.startsWith('{') === true) return json
  const got = kindOf(json === undefined ? undefined : JSON.parse(json))
  throw new TypeError(`A result must be an object in JSON, got ${got} from its toJSON`)
}

const assemble = (result: Result): Encoded => {
  let text = '{'
  let ending: Ending | undefined
  let last = ''
  for (const name of Object.keys(result)) {
    const value = result[name]
    const isTree = value !== null && typeof value === 'object'
    if (isTree && ending === undefined) {
      ending = endingOf(value, true)
      last = name
      if (ending !== undefined) continue
    }
    const json = (isTree ? jsonOf(value) : undefined) ?? JSON.stringify(value)
    if (json !== undefined) text += `${text === '{' ? '' : ','}${JSON.stringify(name)}:${json}`
  }
  if (ending === undefined) return { text: `${text}}}`, ending }
  return { text: `${text}${text === '{' ? '' : ','}${JSON.stringify(last)}:`, ending }
}

const stamp = (method: string, result: Result, serverInfo: unknown): Result => {
  const { _meta: meta, resultType = 'complete' } = result
  const hasMeta = isRecord(meta)
  return {
    ...result,
    resultType,
    ...(resultType === 'complete' && keepable.has(method) ? hintsOf(result) : {}),
    // A `_meta` that is no object is the author's mistake, which the client is to see.
    ...(meta !== undefined && !hasMeta ? {} : { _meta: { [metaNames.serverInfo]: serverInfo, ...meta } }),
  }
}

const hintsOf = ({ ttlMs, cacheScope }: Result) => ({
  ttlMs: Number.isSafeInteger(ttlMs) && (ttlMs as number) >= 0 ? ttlMs : 0,
  cacheScope: cacheScope === 'public' ? 'public' : 'private',
})

// 2026-07-28, server/utilities/caching: a closed list.
const keepable: ReadonlySet<string> = new Set([
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
])
