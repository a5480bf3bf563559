import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { compare } from './comparison.ts'
import type { Row } from './comparison.ts'
import { endpoint, portOf } from './http.ts'

// Shows what the cache does on the atlas that runs: each call is made twice, the second time it is remembered.
const rounds = 8

try {
  const url = endpoint(portOf(process.env))
  const client = await connect(url)
  say(`${url}: each of ${rounds} calls is made twice, and the second time remembered.`)
  const rows = await compare(client, rounds, (name, calls) => say(`  ${name}: ${calls} calls …`))
  await client.close()
  process.stdout.write(table(url, rows))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

/** Progress is for people who watch; the table alone goes to standard output. */
function say(line: string): void {
  process.stderr.write(`${line}\n`)
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
    `\nMedians seen by a client of the SDK\n\n` +
    `  ${''.padEnd(18)}${'cold'.padStart(11)}${'cached'.padStart(11)}\n${lines.join('')}`
  )
}
