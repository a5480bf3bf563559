import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect } from 'vitest'
import { program } from '../src/program.ts'
import type { WeatherService } from '../src/weather/service.ts'

/** What a client gets. */
export interface Answer {
  readonly text: string
  readonly isError: boolean
  readonly meta: { readonly [key: string]: unknown }
  readonly content: ReadonlyArray<{ readonly type: string }>
  readonly data: unknown
}

/** The example with a real client. */
export interface World {
  readonly service: WeatherService
  readonly controlUrl: string
  readonly client: Client
  call(tool: string, input?: Record<string, unknown>, signal?: AbortSignal): Promise<Answer>
  /** Makes the service healthy, and waits until the server has found out. */
  recovered(): Promise<void>
  close(): Promise<void>
}

/** Starts everything, in little time: an attempt has 400 ms, a call 1 s, and the service rests for 1 s. */
export async function world(): Promise<World> {
  const running = await program({ port: 0, callMs: 1000, attemptMs: 400, restMs: 1000, slowMs: 3000 })
  const { service, controlUrl } = running
  const client = new Client({ name: 'fragile-tests', version: '0.0.0' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(new StreamableHTTPClientTransport(new URL(running.url)))
  const call: World['call'] = async (name, input = {}, signal) => {
    const result = await client.callTool({ name, arguments: input }, signal && { signal })
    const { content, isError, _meta, structuredContent } = result
    const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('\n')
    return { text, isError: isError === true, meta: _meta ?? {}, content, data: structuredContent }
  }
  return {
    service,
    controlUrl,
    client,
    call,
    async recovered() {
      await service.become('healthy')
      await expect
        .poll(async () => (await call('forecast', { city: 'Oslo' })).meta['millrace/fallback'], { timeout: 10_000 })
        .toBeUndefined()
      await expect.poll(async () => (await call('forecast', { city: 'Oslo' })).isError).toBe(false)
      await expect.poll(() => call('service_status'), { timeout: 10_000 }).toMatchObject({ data: { type: 'closed' } })
    },
    async close() {
      await client.close()
      await running.close()
    },
  }
}
