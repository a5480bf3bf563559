import { kindOf } from '@millrace/core'
import { isRecord } from '../eras/message.ts'
import type { Authenticate } from '../options.ts'
import { internal } from './refusal.ts'
import type { Refusal } from './refusal.ts'

/** Who calls, or what they get instead of an answer. */
export type Identity =
  | { readonly authInfo: unknown }
  | { readonly response: Response }
  | {
      readonly refusal: Refusal
      /** What the operator is to hear of; `undefined` may have been thrown too. */
      readonly failure?: { readonly error: unknown }
    }

/** Asks who sends a request. Never rejects. */
export const identify = async (authenticate: Authenticate, request: Request): Promise<Identity> => {
  let identified: unknown
  try {
    identified = await authenticate(request)
  } catch (error) {
    return identityOf(error)
  }
  if (isResponse(identified)) return { response: identified }
  if (identified === undefined) return { authInfo: identified }
  if (isRecord(identified)) return lapsed(identified) ?? { authInfo: identified }
  return failed(new TypeError(`${nobodyKnown}, got ${kindOf(identified)}`))
}

/** What is said by throwing: that this caller is refused, or that nobody could find out who it is. */
const identityOf = (error: unknown): Identity => {
  if (isResponse(error)) return { response: error }
  if (isOAuthError(error)) return oauthIdentity(error)
  // Why a token is no good is nobody's business but the operator's, who has `authenticate` to look into.
  return isOfToken(error) ? { refusal: unauthorized } : failed(error)
}

const failed = (error: unknown): Identity => ({ refusal: internal, failure: { error } })

/** The refusal of a caller who is not, or no longer, known; as the SDKs' `requireBearerAuth` has it. */
const lapsed = ({
  expiresAt,
  resourceMetadataUrl: url,
}: {
  readonly [name: string]: unknown
}): Identity | undefined => {
  if (expiresAt === undefined) return undefined
  const isTime = typeof expiresAt === 'number' && !Number.isNaN(expiresAt)
  if (isTime && expiresAt >= Date.now() / 1000) return undefined
  const description = isTime ? 'Token has expired' : 'Token has no expiration time'
  return { refusal: oauthRefusal({ error: 'invalid_token', error_description: description }, url) }
}

/** The answer that both SDKs give to their own errors (`requireBearerAuth`). */
const oauthIdentity = (error: OAuthError): Identity => {
  const refusal = oauthRefusal(error.toResponseObject(), undefined)
  return refusal.status === 500 ? { refusal, failure: { error } } : { refusal }
}

const oauthRefusal = (said: OAuthAnswer, metadataUrl: unknown): Refusal => {
  const { error: code, error_description: description } = said
  const status = statusOf[code] ?? 400
  const metadata = typeof metadataUrl === 'string' ? `, resource_metadata="${quoted(metadataUrl)}"` : ''
  const challenge = `Bearer error="${quoted(code)}", error_description="${quoted(description)}"${metadata}`
  const headers = status === 401 || status === 403 ? ['www-authenticate', challenge] : []
  return { status, code: -32001, message: description, headers, body: JSON.stringify(said) }
}

/** What v1's and v2's errors of OAuth have in common. */
interface OAuthError extends Error {
  toResponseObject(): OAuthAnswer
}

interface OAuthAnswer {
  readonly error: string
  readonly error_description: string
}

const isOAuthError = (error: unknown): error is OAuthError =>
  error instanceof Error && typeof (error as Partial<OAuthError>).toResponseObject === 'function'

/** What `jose` and `jsonwebtoken` say of a token, and not of the keys or the network they need to look at it. */
const isOfToken = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  const { name, code } = error as { readonly name: string; readonly code?: unknown }
  return jwtNames.has(name) || (typeof code === 'string' && /^ERR_JW[TSE]_/.test(code))
}

const jwtNames: ReadonlySet<string> = new Set(['JsonWebTokenError', 'TokenExpiredError', 'NotBeforeError'])

const statusOf: { readonly [code: string]: number | undefined } = {
  invalid_token: 401,
  insufficient_scope: 403,
  server_error: 500,
}

const unauthorized: Refusal = {
  status: 401,
  code: -32001,
  message: 'Unauthorized',
  headers: ['www-authenticate', 'Bearer error="invalid_token"'],
}

// RFC 9110, 5.6.4: what stands between quotes.
const quoted = (text: string): string => text.replaceAll(/[\\"]/g, '\\$&').replaceAll(/[^ -~]/g, ' ')

// Also one of another `fetch` than Node's own: a refusal must not be taken for a caller.
const isResponse = (identified: unknown): identified is Response =>
  Object.prototype.toString.call(identified) === '[object Response]'

const nobodyKnown = 'edge.authenticate must answer with AuthInfo, a Response that refuses, or undefined for anonymous'
