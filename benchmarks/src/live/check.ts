import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { patienceMs } from './plan.ts'

/** What a client of the SDK found. */
export interface Checks {
  readonly right: number
  /** Refusals, in words that a model may read. */
  readonly refused: number
  readonly timedOut: number
  /** What was wrong otherwise: must be empty. */
  readonly wrong: readonly string[]
}

/**
 * A client of the official SDK among the load: twice a second, until stopped, it asks for the large city next to a place
 * in Paris, and looks at what it is told.
 */
export const checking = async (url: string): Promise<() => Promise<Checks>> => {
  const client = new Client(
    { name: 'check', version: '0.0.0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  )
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  const found = { right: 0, refused: 0, timedOut: 0, wrong: [] as string[] }
  const running = new Set<Promise<void>>()
  const check = async (): Promise<void> => {
    try {
      const place = { lat: 48.85 + Math.random() / 100, lon: 2.35 + Math.random() / 100 }
      const { isError, content, structuredContent } = await client.callTool(
        { name: 'nearest_cities', arguments: { ...place, limit: 1, minPopulation: 1_000_000 } },
        { timeout: patienceMs },
      )
      const [first] = content
      const name = (structuredContent as { readonly cities?: ReadonlyArray<{ readonly name: string }> } | undefined)
        ?.cities?.[0]?.name
      if (isError === true) found.refused += 1
      else if (name === 'Paris') found.right += 1
      else found.wrong.push(JSON.stringify(first))
    } catch (error) {
      if ((error as { readonly code?: unknown }).code === 'REQUEST_TIMEOUT') found.timedOut += 1
      else found.wrong.push(String(error))
    }
  }
  const timer = setInterval(() => {
    const one = check().finally(() => running.delete(one))
    running.add(one)
  }, 500)
  return async () => {
    clearInterval(timer)
    await Promise.all(running)
    await client.close()
    return found
  }
}
