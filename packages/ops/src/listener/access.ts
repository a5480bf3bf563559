import type { IncomingMessage } from 'node:http'
import { sentence } from './answer.ts'
import type { Answer } from './answer.ts'
import type { Route } from './part.ts'
import { tokenCheck } from './token.ts'

/** Says why a request is refused; undefined when it is not. */
export type Access = (request: IncomingMessage, guard: Route['guard']) => Answer | undefined

/** What decides who may ask for what. */
export interface AccessOptions {
  readonly token: string | undefined
  readonly hosts: readonly string[] | undefined
  readonly openProbes: boolean
}

/**
 * Refuses whoever does not know the token, and pages of other sites, which a browser would let ask what its user may:
 * a `Host` that a name rebound by DNS has, an `Origin` or a `Sec-Fetch-Site` that says so.
 */
export const accessOf = ({ token, hosts, openProbes }: AccessOptions): Access => {
  const knows = token === undefined ? undefined : tokenCheck(token)
  const allowed = hosts === undefined ? undefined : new Set(hosts.map((name) => hostnameOf(`http://${name}`) ?? name))
  return (request, guard) => {
    const stranger = hostFault(request, allowed) ?? siteFault(request)
    if (stranger !== undefined) return sentence(403, stranger)
    if (guard === 'probe' && openProbes) return undefined
    if (guard === 'act' && knows === undefined)
      return sentence(403, 'Without a token nobody may do that: give ops one.')
    if (guard === 'act' && request.headers[ours] === undefined) return sentence(403, `The header ${ours} is missing.`)
    if (knows === undefined || knows(request.headers.authorization)) return undefined
    return sentence(401, 'The token is missing or wrong.', {
      'www-authenticate': 'Basic realm="millrace", charset="UTF-8"',
    })
  }
}

/** What no page of another site can send without asking first, which it is not allowed. */
const ours = 'x-millrace'

const hostFault = (request: IncomingMessage, allowed: ReadonlySet<string> | undefined): string | undefined => {
  const names = allowed ?? (isLoopback(request.socket.localAddress ?? '') ? localNames : undefined)
  if (names === undefined) return undefined
  const { host = '' } = request.headers
  const name = /[@/?#\\]/.test(host) ? undefined : hostnameOf(`http://${host}`)
  return name !== undefined && names.has(name) ? undefined : `Invalid Host: ${host === '' ? 'missing' : host}`
}

const siteFault = ({ headers, method }: IncomingMessage): string | undefined => {
  const { origin, host } = headers
  const from = hostOf(origin ?? `http://${host}`)
  if (from === undefined || from !== hostOf(`http://${host}`)) return `Invalid Origin: ${origin ?? `Host ${host}`}`
  const site = headers['sec-fetch-site'] ?? 'none'
  if (site === 'none' || site === 'same-origin') return undefined
  // A link to here is no harm: its page does not see what comes.
  const isLink =
    method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  return isLink ? undefined : 'Pages of other sites get nothing here.'
}

/** Whether an address is one of this machine's alone. */
export const isLoopback = (address: string): boolean =>
  /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$|^localhost$/.test(address)

const localNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** With its port. */
const hostOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).host : undefined)

const hostnameOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).hostname : undefined)
