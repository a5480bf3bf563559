import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

/** What became of calls under load. */
export interface Load {
  readonly answers: number
  readonly failures: readonly string[]
  /** Ends it. Resolves when every call has ended. */
  stop(): Promise<void>
}

/** Calls a tool with so many official clients, one call after the other with each, until it is stopped. */
export const load = (mcp: URL, clients: number, call: { readonly name: string; readonly arguments: object }): Load => {
  const told = { answers: 0, failures: [] as string[], isOver: false }
  const work = async (): Promise<void> => {
    const client = new Client({ name: 'tester', version: '1.0.0' })
    await client.connect(new StreamableHTTPClientTransport(mcp))
    while (!told.isOver) {
      try {
        await client.callTool({ name: call.name, arguments: { ...call.arguments } })
        told.answers += 1
      } catch (error) {
        told.failures.push(String(error))
      }
    }
    await client.close()
  }
  const done = Promise.all(Array.from({ length: clients }, work))
  return {
    get answers() {
      return told.answers
    },
    failures: told.failures,
    stop: async () => {
      told.isOver = true
      await done
    },
  }
}
