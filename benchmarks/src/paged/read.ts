import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

/** What a client got when it read a table page by page. */
export interface Read {
  readonly pages: number
  readonly rows: number
  readonly bytes: number
  readonly tookMs: number
}

/**
 * Reads all pages with a real client, one after the other.
 *
 * @throws Error when a row is missing, or comes twice
 */
export const readAll = async (url: string, first: string): Promise<Read> => {
  const client = new Client({ name: 'paged', version: '1.0.0' })
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  const beganAt = performance.now()
  let [pages, rows, bytes] = [0, 0, 0]
  for (let uri: string | undefined = first; uri !== undefined; pages += 1) {
    const { contents, _meta } = await client.readResource({ uri })
    const { text } = contents[0] as { readonly text: string }
    for (const line of text.split('\n')) {
      const { id } = JSON.parse(line) as { readonly id: string }
      rows += 1
      if (Number(id) !== rows) throw new Error(`expected row ${rows}, got ${id}`)
    }
    bytes += Buffer.byteLength(text)
    uri = _meta?.['millrace/next'] as string | undefined
  }
  const tookMs = performance.now() - beganAt
  await client.close()
  return { pages, rows, bytes, tookMs }
}
