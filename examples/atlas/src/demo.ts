import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { compare } from './comparison.ts'
import type { Row } from './comparison.ts'
import { endpoint, portOf } from './http.ts'

// Shows what the cache does on the atlas that runs: each call is made twice, the second time it is remembered.
const rounds = 20

try {
  const url = endpoint(portOf(process.env))
  const client = await connect(url)
  const rows = await compare(client, rounds)
  await client.close()
  process.stdout.write(table(url, rows))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ name: 'atlas-demo', version: '0.0.0' }, { versionNegotiation: { mode: 'auto' } })
  try {
    await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  } catch (cause) {
    throw new Error(`No atlas answers at ${url}; start it in another terminal with npm start.`, { cause })
  }
  return client
}

function table(url: string, rows: readonly Row[]): string {
  const ms = (value: number): string => `${value.toFixed(1)} ms`.padStart(11)
  const lines = rows.map(
    ({ name, coldMs, cachedMs }) =>
      `  ${name.padEnd(18)}${ms(coldMs)}${ms(cachedMs)}${(coldMs / cachedMs).toFixed(1).padStart(8)} times\n`,
  )
  return (
    `${url}, the same ${rounds} calls twice, medians seen by a client of the SDK\n\n` +
    `  ${''.padEnd(18)}${'cold'.padStart(11)}${'cached'.padStart(11)}\n${lines.join('')}`
  )
}
