import type { Inbound } from './inbound.ts'
import type { Refusal } from './refusal.ts'

/**
 * Refuses requests that a page of another site, rebound to this host by DNS, may have sent: a `Host` or an `Origin`
 * that names none of the allowed hosts.
 */
export interface HostCheck {
  (inbound: Inbound): Refusal | undefined
}

/**
 * @param hosts names that `Host` may have, without ports; undefined: `localhost` alone where the request came to a
 *   loopback address, any elsewhere
 * @param origins names that `Origin` may have; undefined: the hosts
 */
export const hostCheck = (hosts: readonly string[] | undefined, origins: readonly string[] | undefined): HostCheck => {
  const host = named(hosts ?? localNames, 'Host')
  const origin = named([...(origins ?? []), ...(hosts ?? localNames)], 'Origin')
  return (inbound) => {
    if (hosts === undefined && !inbound.isLoopback) return undefined
    const given = inbound.header('origin')
    return host(inbound.header('host'), false) ?? (given === undefined ? undefined : origin(given, true))
  }
}

const localNames = ['localhost', '127.0.0.1', '[::1]']

const named = (names: readonly string[], header: string) => {
  const allowed = new Set(names.map((name) => name.toLowerCase()))
  let lastAllowed: string | undefined
  return (given: string | undefined, isOrigin: boolean): Refusal | undefined => {
    // A client sends the same one every time.
    if (given !== undefined && given === lastAllowed) return undefined
    const name = hostnameOf(given, isOrigin)
    if (name !== undefined && allowed.has(name)) {
      lastAllowed = given
      return undefined
    }
    return { status: 403, code: -32000, message: `Invalid ${header}: ${name ?? given ?? 'missing'}` }
  }
}

const hostnameOf = (given: string | undefined, isOrigin: boolean): string | undefined => {
  // A user or a path in it is no part of any host that a client names.
  if (!isOrigin && given !== undefined && /[@/?#\\]/.test(given)) return undefined
  const url = isOrigin ? given : `http://${given}`
  return given !== undefined && URL.canParse(url ?? '') ? new URL(url ?? '').hostname : undefined
}
