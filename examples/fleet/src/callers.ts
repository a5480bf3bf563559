import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { Member } from './fleet.ts'

/** A client of one process. */
export interface Caller {
  /** @throws Error with what the tool said when it is an error */
  call(tool: string, input?: Record<string, unknown>): Promise<Record<string, unknown>>
  close(): Promise<void>
}

/** Connects to a process. */
export async function caller({ url }: Member): Promise<Caller> {
  const client = new Client({ name: 'fleet-demo', version: '0.0.0' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  return {
    call: async (name, input = {}) => {
      const { content, isError, structuredContent } = await client.callTool({ name, arguments: input })
      if (isError === true) throw new Error(content[0]?.type === 'text' ? content[0].text : name)
      return structuredContent as Record<string, unknown>
    },
    close: () => client.close(),
  }
}
