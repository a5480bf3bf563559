/** A request as somebody wants it sent: its method and parameters, no envelope. */
export interface Request {
  readonly method: string
  readonly params: Params
}

/** Parameters or a result: JSON of any shape. */
export interface Params {
  readonly [name: string]: unknown
}

/** A request made ready once, so that sending it takes one concatenation. */
export interface Prepared {
  /** Low cardinality, for tables: `tools/call search`. */
  readonly operation: string
  /** The request from its method on, as JSON text that goes after `{"jsonrpc":"2.0","id":1,`. */
  readonly tail: string
  readonly tailBytes: number
  /** HTTP headers that this request has of its own, names and values in turn. */
  readonly headers: readonly string[]
  /** The same as they go over the wire. */
  readonly headerLines: string
}

/** The whole text of a request. */
export const textOf = ({ tail }: Prepared, id: number): string => `{"jsonrpc":"2.0","id":${id},${tail}`

/** What tables call a request. */
export const operationOf = ({ method, params }: Request): string => {
  const name = nameOf({ method, params })
  return name === undefined ? method : `${method} ${name}`
}

/** The parameter that names what is asked for: a tool, a prompt, a resource. */
export const nameOf = ({ method, params }: Request): string | undefined => {
  const field = nameFields[method]
  const name = field === undefined ? undefined : params[field]
  return typeof name === 'string' ? name : undefined
}

const nameFields: { readonly [method: string]: string | undefined } = {
  __proto__: null as never,
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
}
