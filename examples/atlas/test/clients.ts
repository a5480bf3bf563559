import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

/** What a test reads of a tool's answer. */
export interface Answer {
  readonly isError: boolean
  readonly text: string
  readonly data: unknown
}

/** A connected client of either SDK, reduced to what the tests ask of it. */
export interface Caller {
  call(tool: string, input: Record<string, unknown>): Promise<Answer>
  tools(): Promise<readonly ListedTool[]>
  read(uri: string): Promise<unknown>
  resources(): Promise<readonly { readonly uri: string; readonly name: string }[]>
  prompt(name: string, input: Record<string, string>): Promise<readonly unknown[]>
  complete(ref: Reference, name: string, value: string): Promise<readonly string[]>
  close(): Promise<void>
}

export interface ListedTool {
  readonly name: string
  readonly annotations?: unknown
  readonly outputSchema?: unknown
}

export type Reference =
  | { readonly type: 'ref/prompt'; readonly name: string }
  | { readonly type: 'ref/resource'; readonly uri: string }

const self = { name: 'atlas-tests', version: '0.0.0' }

/** A client of SDK v2 that speaks protocol 2026-07-28. */
export async function modern(url: string): Promise<Caller> {
  const client = new ClientV2(self, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
  await client.connect(new TransportV2(new URL(url)))
  return caller(client)
}

/** A client of SDK v1, which speaks the protocol up to 2025-11-25. */
export async function legacy(url: string): Promise<Caller> {
  const client = new ClientV1(self)
  await client.connect(new TransportV1(new URL(url)))
  return caller(client as unknown as ClientV2)
}

/** Both SDKs' clients have these methods in common. */
export function caller(client: ClientV2): Caller {
  return {
    async call(name, input) {
      const { isError, content, structuredContent } = await client.callTool({ name, arguments: input })
      const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('')
      return { isError: isError === true, text, data: structuredContent }
    },
    tools: async () => (await client.listTools(undefined, { cacheMode: 'bypass' })).tools,
    async read(uri) {
      const [content] = (await client.readResource({ uri })).contents
      return content && 'text' in content ? JSON.parse(content.text) : undefined
    },
    resources: async () => (await client.listResources(undefined, { cacheMode: 'bypass' })).resources,
    prompt: async (name, input) => (await client.getPrompt({ name, arguments: input })).messages,
    complete: async (ref, name, value) => (await client.complete({ ref, argument: { name, value } })).completion.values,
    close: () => client.close(),
  }
}
