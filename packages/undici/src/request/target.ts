import { acceptEncoding } from '../content/coding.ts'
import { HttpBlockedError } from '../errors.ts'
import type { HttpRequestOptions } from './options.ts'

/** What is asked where. */
export interface Target {
  readonly url: URL
  readonly method: string
  /** By name, in lower case. */
  readonly headers: { readonly [name: string]: string }
  readonly body: string | Uint8Array | undefined
}

/** @throws HttpBlockedError for what is no URL: it may have come from anywhere */
export const targetOf = (url: string | URL, options: HttpRequestOptions, isDecoded: boolean): Target => {
  const headers: { [name: string]: string } = {}
  if (isDecoded) headers['accept-encoding'] = acceptEncoding
  const { json, body = json === undefined ? undefined : JSON.stringify(json), method } = options
  if (json !== undefined) headers['content-type'] = 'application/json'
  for (const name in options.headers) {
    const value = options.headers[name]
    if (value !== undefined) headers[name.toLowerCase()] = value
  }
  return { url: urlOf(url), method: method ?? (body === undefined ? 'GET' : 'POST'), headers, body }
}

const urlOf = (url: string | URL): URL => {
  try {
    // A copy of a URL, whose owner may change it while the request waits.
    return new URL(url)
  } catch (cause) {
    throw new HttpBlockedError('This is not a whole http or https URL.', cause)
  }
}
