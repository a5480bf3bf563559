import { kindOf, MillraceError, sha256 } from '@millrace/core'
import { authInfoOf } from './context.ts'
import type { AuthInfo, SdkContext } from './context.ts'

/**
 * Says who calls, from what the SDK's authentication left and the SDK's context of the request; undefined is anonymous.
 * With keys of one's own: `(authInfo, context) => userOf(headerOf(context, 'x-api-key'))`.
 */
export type PrincipalOf = (authInfo: AuthInfo | undefined, context: SdkContext) => string | undefined

/**
 * Issuer and subject when `authInfo.extra` has both and neither is empty, else a hash of the token. Never the OAuth client id alone: many
 * users share one. A caller that is authenticated in a way that names nobody is a new principal for every call, so
 * that nothing is shared by mistake; give `use` a `principal` option then.
 */
export const defaultPrincipal = (authInfo: AuthInfo | undefined): string | undefined => {
  if (authInfo === undefined) return undefined
  const { iss, sub } = authInfo.extra ?? {}
  if (isNamed(iss) && isNamed(sub)) return JSON.stringify([iss, sub])
  if (isNamed(authInfo.token)) return tokenHash(authInfo, authInfo.token)
  unnamed += 1
  return `unnamed ${unnamed}`
}

/** Whether a principal is one that nobody else will ever have, for want of a name. */
export const isNameless = (principal: string | undefined): boolean => principal?.startsWith('unnamed ') === true

/**
 * The principal of a request.
 *
 * @throws MillraceError `ERR_PRINCIPAL` when the author's function throws or answers something else; the process is
 *   warned of that once
 */
export const principalOf = (
  context: SdkContext | undefined,
  of: PrincipalOf = defaultPrincipal,
): string | undefined => {
  let principal: unknown
  try {
    principal = of(authInfoOf(context), context ?? {})
  } catch (error) {
    throw unknownCaller(of, `it threw ${String(error)}`, error)
  }
  if (principal === undefined || typeof principal === 'string') return principal
  // Nobody waits for it: should it be rejected, that is said here.
  if (principal instanceof Promise) principal.catch(() => {})
  throw unknownCaller(of, `got ${kindOf(principal)}`)
}

// The client is not told what was thrown: that may say something about the server.
const unknownCaller = (of: PrincipalOf, why: string, cause?: unknown): MillraceError => {
  const expected = 'use.principal must answer with a string, or undefined for anonymous, at once'
  if (!broken.has(of)) {
    broken.add(of)
    process.emitWarning(
      `${expected}; ${why}. Nobody knows who calls: nothing is cached for a principal, and what asks who calls fails.`,
      { type: 'MillraceWarning', code: 'MILLRACE_PRINCIPAL' },
    )
  }
  return new MillraceError('The server could not find out who is calling.', {
    code: 'ERR_PRINCIPAL',
    cause: cause ?? new TypeError(`${expected}; ${why}`),
  })
}

// An identity provider that leaves a claim out may leave it empty: that names nobody.
const isNamed = (claim: unknown): claim is string => typeof claim === 'string' && claim !== ''

// The SDKs make one AuthInfo a request and hand the same one to every handler of it; others may renew its token.
const tokenHash = (authInfo: AuthInfo, token: string): string => {
  const known = hashes.get(authInfo)
  if (known?.token === token) return known.hash
  const hash = sha256(token)
  hashes.set(authInfo, { token, hash })
  return hash
}

const hashes = new WeakMap<AuthInfo, { readonly token: string; readonly hash: string }>()
const broken = new WeakSet<PrincipalOf>()
let unnamed = 0
