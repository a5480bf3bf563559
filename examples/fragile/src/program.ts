import { createServer as createHttpServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { localhostHostValidation, localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { listening } from './listening.ts'
import type { Listening } from './listening.ts'
import { resilience } from './resilience.ts'
import type { Patience } from './resilience.ts'
import { createServer } from './server.ts'
import { weather } from './weather/client.ts'
import { control } from './weather/control.ts'
import { weatherService } from './weather/service.ts'
import type { WeatherService } from './weather/service.ts'

/** Everything that runs in this example. */
export interface Program {
  /** Of the MCP server: `http://127.0.0.1:3100/mcp`. */
  readonly url: string
  readonly controlUrl: string
  readonly service: WeatherService
  close(): Promise<void>
}

/** How it is run. */
export interface ProgramOptions extends Patience {
  /** Of the MCP server; the weather service and its control take the next two. 0 lets the system choose all three. */
  readonly port: number
  /** How long the service takes when it is slow, in milliseconds. @default 2500 */
  readonly slowMs?: number
}

/**
 * Starts the weather service, its control, and the MCP server that leans on it.
 *
 * @throws Error in one sentence when one of the ports cannot be had; nothing is left running then.
 */
export async function program({ port, slowMs, ...patience }: ProgramOptions): Promise<Program> {
  const running: Array<{ close(): Promise<void> }> = []
  const close = async () => {
    for (const one of running.splice(0).toReversed()) await one.close()
  }
  const started = async <One extends { close(): Promise<void> }>(starting: Promise<One>): Promise<One> => {
    const one = await starting
    running.push(one)
    return one
  }
  const portOf = (offset: number) => (port === 0 ? 0 : port + offset)
  try {
    const service = await started(weatherService(portOf(1), slowMs))
    const { url: controlUrl } = await started(control(service, portOf(2)))
    const { url } = await started(mcp(service, port, patience))
    return { url, controlUrl, service, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function mcp({ url }: WeatherService, port: number, patience: Patience): Promise<Listening> {
  const isLocalHost = localhostHostValidation()
  const isLocalOrigin = localhostOriginValidation()
  // Outside the function that makes servers: each request gets a server of its own, and all share what this knows.
  const shared = resilience(patience)
  const handler = createMcpHandler(() => createServer(weather(url), shared))
  const handle = toNodeHandler(handler)
  const http = createHttpServer((message, response) => {
    if (!isLocalHost(message, response) || !isLocalOrigin(message, response)) return
    void handle(message as IncomingMessage & { readonly method: string; readonly url: string }, response)
  })
  const listener = await listening(http, port)
  return {
    url: `${listener.url}/mcp`,
    async close() {
      await handler.close()
      await listener.close()
    },
  }
}
