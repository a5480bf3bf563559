import { HttpContentError } from './errors.ts'
import { isJsonType, textOf } from './content/contentType.ts'

/** Headers by name, in lower case; what came several times is a list. */
export interface HttpHeaders {
  readonly [name: string]: string | readonly string[] | undefined
}

/** The answer to a request, whole. */
export interface HttpResponse {
  readonly status: number
  readonly headers: HttpHeaders
  /** The URL that answered, after redirects. */
  readonly url: string
  /** The body, decompressed. */
  readonly body: Buffer
  /** The body as text, in the encoding that its type names, else UTF-8. */
  text(): string
  /** The body, parsed. @throws HttpContentError when its type is not JSON, or it cannot be parsed */
  json(): unknown
}

/** What came, with what can be made of it. */
export class Response implements HttpResponse {
  readonly status: number
  readonly headers: HttpHeaders
  readonly url: string
  readonly body: Buffer

  constructor(status: number, headers: HttpHeaders, url: string, body: Buffer) {
    this.status = status
    this.headers = headers
    this.url = url
    this.body = body
  }

  text(): string {
    return textOf(this.body, this.headers['content-type'])
  }

  json(): unknown {
    const type = this.headers['content-type']
    if (!isJsonType(type))
      throw new HttpContentError(`The HTTP service answered ${shown(type)} where JSON was expected.`)
    try {
      // JSON is UTF-8 (RFC 8259, section 8.1).
      return JSON.parse(textOf(this.body, undefined))
    } catch (cause) {
      throw new HttpContentError('The HTTP service answered JSON that cannot be parsed.', cause)
    }
  }
}

const shown = (type: HttpHeaders[string]): string =>
  type === undefined
    ? 'without a content type'
    : `with the type ${String(type)
        .slice(0, 60)
        .replaceAll(/[^\w/+.;= -]/g, '?')}`
