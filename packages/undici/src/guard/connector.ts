import type { LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import type { buildConnector } from 'undici'
import type { Driver } from '../driver.ts'
import type { Settings } from '../options.ts'
import type { Guard } from './guard.ts'

/**
 * Connects as undici does, and only to addresses that pass the guard: what a name resolves to is looked at right where
 * the socket gets it, so there is no second resolution that could say something else.
 */
export const connectorOf = ({ buildConnector }: Driver, settings: Settings): buildConnector.connector => {
  const { guard, tls, connectMs, http2 } = settings
  const timeout = connectMs === Infinity ? 0 : connectMs
  const connect = buildConnector({
    ...tls,
    timeout,
    allowH2: http2,
    lookup: guardedLookup(settings.lookup, guard),
  } as buildConnector.BuildOptions)
  return (options, callback) => {
    try {
      // An address needs no lookup. undici takes the brackets off one of IPv6.
      if (isIP(options.hostname) !== 0) guard.checkAddress(options.hostname)
    } catch (error) {
      // Its client does not expect to hear of a failure before this returns.
      queueMicrotask(() => callback(error as Error, null))
      return
    }
    connect(options, callback)
  }
}

/** Finds addresses, and gives those that pass the guard; when none does, that is its error. */
export const guardedLookup =
  (lookup: LookupFunction, guard: Guard): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found, family) => {
      if (error !== null && error !== undefined) return callback(error, '')
      // Whoever wrote the lookup may not know of `all`.
      const all = typeof found === 'string' ? [{ address: found, family: family ?? isIP(found) }] : found
      const { passed, refusal } = sifted(all, guard)
      if (refusal !== undefined && passed.length === 0) return callback(refusal, '')
      const [first] = passed
      if (options.all === true) callback(null, passed)
      else callback(null, first?.address ?? '', first?.family)
    })
  }

const sifted = (
  all: readonly LookupAddress[],
  guard: Guard,
): { readonly passed: LookupAddress[]; readonly refusal?: Error } => {
  const passed: LookupAddress[] = []
  let refusal: Error | undefined
  for (const one of all) {
    try {
      guard.checkAddress(one.address)
      passed.push(one)
    } catch (error) {
      refusal = error as Error
    }
  }
  return refusal === undefined ? { passed } : { passed, refusal }
}
