/** A tool's function on either line. */
type ToolRun = (args: Record<string, unknown>) => unknown

/** What the benchmarks need of an `McpServer` of either line. */
export interface BenchServer {
  readonly server: { setRequestHandler: (...args: never[]) => unknown }
  registerTool(name: string, config: object, run: ToolRun): unknown
}

/** A handler as a server keeps it. */
export type StoredHandler = (request: object, context: unknown) => Promise<Record<string, unknown>>

/** Sends a request as the JSON-RPC message that a transport would deliver, and waits for the answer's result. */
export type Wire = (method: string, params: object) => Promise<Record<string, unknown>>

/** One SDK line. */
export interface Line {
  readonly name: 'v1' | 'v2'
  mcpServer(options?: object): BenchServer
  /**
   * The object that the SDK makes for the handler of a request: the same fields, new for each.
   *
   * @param signal @default one for all requests: the SDK makes one for each, which is no part of its handler's cost
   */
  context(signal?: AbortSignal): object
  /** Connects the server in memory, without a client. */
  connect(server: BenchServer): Promise<Wire>
}

/** The handler of a method, as the protocol object would find it. */
export const handlerOf = (server: BenchServer, method: string): StoredHandler => {
  const { _requestHandlers: table } = server.server as unknown as {
    readonly _requestHandlers: ReadonlyMap<string, StoredHandler>
  }
  const handler = table.get(method)
  if (handler === undefined) throw new Error(`the server has no handler for ${method}`)
  return handler
}
