import type { SdkRequest } from './internals.ts'

/** What a method names, and where its arguments are. */
interface Shape {
  /** The parameter that names the target. */
  readonly target?: string
  /** The parameter that holds the arguments; without one they are all parameters but `_meta`. */
  readonly input?: string
  /** Whether the target may stand in `operation`: names of tools and prompts are few, URIs are not. */
  readonly isLabel?: true
}

const shapes: { readonly [method: string]: Shape | undefined } = {
  __proto__: null as never,
  'tools/call': { target: 'name', input: 'arguments', isLabel: true },
  'prompts/get': { target: 'name', input: 'arguments', isLabel: true },
  'resources/read': { target: 'uri' },
  'resources/subscribe': { target: 'uri' },
  'resources/unsubscribe': { target: 'uri' },
}

/** Tool or prompt name, or URI, as the request gives it. */
export const targetOf = (request: SdkRequest): string | undefined => {
  const field = shapes[request.method]?.target
  const target = field === undefined ? undefined : request.params?.[field]
  return typeof target === 'string' ? target : undefined
}

/** Whether the target of a method is a name from a short list. */
export const isLabelled = (method: string): boolean => shapes[method]?.isLabel === true

/** What the answer depends on: the arguments, without `_meta`. The object of the request itself where that is enough. */
export const inputOf = (request: SdkRequest): unknown => {
  const params = request.params ?? nothing
  const field = shapes[request.method]?.input
  if (field !== undefined) return params[field] ?? nothing
  if (!('_meta' in params)) return params
  const { _meta, ...rest } = params
  return rest
}

/** The request with other arguments. */
export const withInput = (request: SdkRequest, input: unknown): SdkRequest => {
  const field = shapes[request.method]?.input
  if (field !== undefined) return { ...request, params: { ...request.params, [field]: input } }
  const meta = request.params?.['_meta']
  return { ...request, params: { ...(input as object), ...(meta === undefined ? {} : { _meta: meta }) } }
}

const nothing: { readonly [key: string]: unknown } = Object.freeze({})

/**
 * Whether no middleware sees a method: a refused handshake or ping would end the connection, and what is asked about a
 * task is the SDK's own book-keeping. To wait for its result lasts as long as the task and would hold a slot all the
 * while, and to cancel it must not be refused; the `tools/call` that began it has been through the chain.
 */
export const isUntouched = (method: string): boolean => untouched.has(method) || method.startsWith('tasks/')

const untouched: ReadonlySet<string> = new Set(['initialize', 'ping', 'logging/setLevel'])
