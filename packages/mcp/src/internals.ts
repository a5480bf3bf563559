/**
 * Everything of the SDKs that is not public and that Millrace reads, in this one file: the handler table, the
 * registries, and the way in for requests. Both SDK lines keep them as plain fields under the same names. Each reader answers undefined when its
 * field is not what it should be, and every use has a public way around that.
 */

/** A handler as the SDK keeps it in its table. */
export type StoredHandler = (request: SdkRequest, context: unknown) => unknown

/** A JSON-RPC request as it reaches the table: v2 has lifted its own `_meta` keys out by then. */
export interface SdkRequest {
  readonly method: string
  readonly params?: { readonly [key: string]: unknown } | undefined
}

/** What a server has registered under a name: a tool, a prompt, a resource or a resource template. */
export interface Registered {
  [field: string]: unknown
}

/** One registry of an `McpServer`: what is registered, by name or URI. */
export type Registry = { readonly [name: string]: Registered }

/** The registries of an `McpServer`. */
export type RegistryName = 'tools' | 'prompts' | 'resources' | 'templates'

/** The table that a protocol object dispatches requests through, by method. */
export const handlerTableOf = (protocol: object): Map<string, StoredHandler> | undefined => {
  const { _requestHandlers: table } = protocol as { readonly _requestHandlers?: unknown }
  return table instanceof Map ? (table as Map<string, StoredHandler>) : undefined
}

/**
 * Where the protocol object takes a request in. Its public way in (`transport.onmessage`) first asks of every message
 * whether it is an answer, with two failing zod parses (2 µs each, and as much for the garbage), which somebody who
 * knows that it is a request can leave out.
 */
export const requestEntryOf = (protocol: object): RequestEntry | undefined => {
  const { _onrequest: entry } = protocol as { readonly _onrequest?: unknown }
  return typeof entry === 'function' && entry.length === 2 ? (entry.bind(protocol) as RequestEntry) : undefined
}

/** Takes in a JSON-RPC request that is known to be one, with what a transport knows of it. */
export type RequestEntry = (request: SdkRequest, extra: object) => void

/** What an `McpServer` has registered; undefined for a low-level server and where the field is missing. */
export const registryOf = (server: object, name: RegistryName): Registry | undefined => {
  const registry = (server as { readonly [field: string]: unknown })[registryFields[name]]
  return registry !== null && typeof registry === 'object' ? (registry as Registry) : undefined
}

/** The methods by which an `McpServer` installs list handlers of its own. */
export const installers = ['setToolRequestHandlers', 'setPromptRequestHandlers'] as const

/** Name and version of a server, `atlas@1.0.0`, by which a cache shared between servers tells them apart. */
export const identityOf = (protocol: object): string | undefined => {
  const { _serverInfo: info } = protocol as {
    readonly _serverInfo?: { readonly name?: unknown; readonly version?: unknown }
  }
  return typeof info?.name === 'string' ? `${info.name}@${String(info.version)}` : undefined
}

/** The protocol version that a server of SDK v2 answers in; undefined while it has none, and on SDK v1. */
export const protocolVersionOf = (protocol: object): string | undefined => {
  const { _negotiatedProtocolVersion: version } = protocol as { readonly _negotiatedProtocolVersion?: unknown }
  return typeof version === 'string' ? version : undefined
}

/** Has a server of SDK v2 answer in a protocol version. @returns whether it can: SDK v1 keeps no such field. */
export const speak = (protocol: object, version: string): boolean => {
  if (!('_negotiatedProtocolVersion' in protocol)) return false
  protocol._negotiatedProtocolVersion = version
  return true
}

/**
 * Puts `around` around the function that the SDK runs for a registered tool, once for each function it has. v2 keeps
 * it as `executor`, made anew by `update`; v1 as `handler`, which is an object for tools that create tasks.
 *
 * @returns whether it had not been done before
 */
export const instrumentTool = (tool: Registered, around: (run: ToolFunction) => ToolFunction): boolean => {
  const field = runFieldOf(tool)
  const run = tool[field]
  if (typeof run !== 'function' || instrumented.has(run)) return false
  const instrument = around(run as ToolFunction)
  instrumented.set(instrument, run)
  tool[field] = instrument
  return true
}

/** Whether what the SDK runs for a tool by now is what `instrumentTool` made. */
export const isInstrumented = (tool: Registered): boolean => instrumented.has(tool[runFieldOf(tool)] as object)

/** Gives a tool its own function back, where it still has what `instrumentTool` put in its place. */
export const restoreTool = (tool: Registered): void => {
  const field = runFieldOf(tool)
  const own = instrumented.get(tool[field] as object)
  if (own !== undefined) tool[field] = own
}

/** Whether a tool is one of SDK v2, which converts schemas through the Standard Schema interface. */
export const isOfV2 = (tool: Registered): boolean => runFieldOf(tool) === 'executor'

/** What SDK v2 has converted a tool's output schema to, which says how it answers clients of either era. */
export const outputJsonOf = (tool: Registered): { readonly type?: unknown } | undefined => {
  const { outputSchemaJson: schema } = tool as { readonly outputSchemaJson?: unknown }
  return schema !== null && typeof schema === 'object' ? schema : undefined
}

const runFieldOf = (tool: Registered): 'executor' | 'handler' =>
  typeof tool['executor'] === 'function' ? 'executor' : 'handler'

/** A tool's function as the SDK calls it: arguments (where the tool has any) and the context. */
export type ToolFunction = (this: unknown, ...args: readonly unknown[]) => unknown

/** The function that its author gave, where the SDK keeps it: not that of a prompt of v2. */
export const callbackOf = (registered: Registered): unknown => {
  const callback = registered['readCallback'] ?? registered['callback'] ?? registered['handler']
  return typeof callback === 'function' ? (instrumented.get(callback) ?? callback) : callback
}

/** What an `McpServer` has registered for a target: a tool, a prompt, a resource or the template that fits a URI. */
export const registeredFor = (server: object, method: string, target: string): Registered | undefined => {
  const name = registryFor[method]
  const registry = name === undefined ? undefined : registryOf(server, name)
  if (registry === undefined) return undefined
  if (Object.hasOwn(registry, target)) return registry[target]
  return name === 'resources' ? templateFor(server, target) : undefined
}

/** The name of what `registeredFor` found for a target: the target itself, or that of the template which fits a URI. */
export const registeredNameOf = (server: object, target: string, registered: Registered): string => {
  if (registered['resourceTemplate'] === undefined) return target
  const templates = Object.entries(registryOf(server, 'templates') ?? {})
  return templates.find(([, template]) => template === registered)?.[0] ?? target
}

const templateFor = (server: object, uri: string): Registered | undefined =>
  Object.values(registryOf(server, 'templates') ?? {}).find((template) => fits(template, uri))

/** Whether what a method calls is kept in a registry that can be read. */
export const hasRegistry = (server: object, method: string): boolean => {
  const name = registryFor[method]
  return name !== undefined && registryOf(server, name) !== undefined
}

const registryFor: { readonly [method: string]: RegistryName | undefined } = {
  __proto__: null as never,
  'tools/call': 'tools',
  'prompts/get': 'prompts',
  'resources/read': 'resources',
}

const fits = (template: Registered, uri: string): boolean => Boolean(variablesOf(template, uri))

/** What a registered template reads out of a URI; null or undefined for one that does not fit, or no template. */
export const variablesOf = ({ resourceTemplate }: Registered, uri: string): unknown =>
  (resourceTemplate as { readonly uriTemplate: { match(uri: string): unknown } } | undefined)?.uriTemplate.match(uri)

const instrumented = new WeakMap<object, unknown>()

const registryFields = {
  tools: '_registeredTools',
  prompts: '_registeredPrompts',
  resources: '_registeredResources',
  templates: '_registeredResourceTemplates',
} as const
