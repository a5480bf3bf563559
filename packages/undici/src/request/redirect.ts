import { HttpRedirectError } from '../errors.ts'
import type { HttpHeaders } from '../response.ts'
import type { Target } from './target.ts'

/**
 * Where an answer leads, by the rules of RFC 9110, section 15.4, and of fetch; undefined when it leads nowhere. To
 * another origin go only headers that say nothing of who asks, and never a body.
 *
 * @throws HttpRedirectError when it leads where it must not be followed
 */
export const redirected = (target: Target, status: number, headers: HttpHeaders): Target | undefined => {
  if (!leads(status, headers)) return undefined
  const location = headers['location'] as string
  const url = URL.canParse(location, target.url.href) ? new URL(location, target.url) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new HttpRedirectError('The HTTP service leads to something that is not an http or https URL.')
  if (target.url.protocol === 'https:' && url.protocol === 'http:')
    throw new HttpRedirectError('The HTTP service leads from an encrypted connection to one that is not.')
  const isElsewhere = url.origin !== target.url.origin
  const isPlainGet = (status === 303 && target.method !== 'HEAD') || (status <= 302 && target.method === 'POST')
  const body = isPlainGet ? undefined : target.body
  if (isElsewhere && body !== undefined)
    throw new HttpRedirectError('The HTTP service leads to another origin, where the body may not be sent.')
  const kept: { [name: string]: string } = {}
  for (const [name, value] of Object.entries(target.headers)) {
    if (isElsewhere && !harmless.has(name)) continue
    if (body === undefined && name.startsWith('content-')) continue
    kept[name] = value
  }
  return { url, method: isPlainGet ? 'GET' : target.method, headers: kept, body }
}

/** Whether an answer leads elsewhere. */
export const leads = (status: number, { location }: HttpHeaders): boolean =>
  statuses.has(status) && typeof location === 'string'

const statuses = new Set([301, 302, 303, 307, 308])

/** What may be said to anybody: a list of what must not be would never be complete. */
const harmless = new Set(['accept', 'accept-encoding', 'accept-language', 'user-agent'])
