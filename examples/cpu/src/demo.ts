import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { program } from './program.ts'

// Starts everything on a port of its own, keeps both threads busy, and shows what a client sees meanwhile.
const serving = await program(0)
const client = new Client({ name: 'cpu-demo', version: '0.0.0' }, { versionNegotiation: { mode: 'auto' } })
await client.connect(new StreamableHTTPClientTransport(new URL(serving.url)))

const said = async (name: string, args: Record<string, number>): Promise<string> => {
  const { content } = await client.callTool({ name, arguments: args })
  const [first] = content
  if (first?.type === 'image') return `a picture of ${Math.round((first.data.length * 3) / 4_096)} KB`
  return first?.type === 'text' ? first.text : ''
}

const show = async (what: string, answer: Promise<string>): Promise<void> => {
  const startedAt = performance.now()
  const text = await answer
  process.stdout.write(`${what.padEnd(34)}${text.padEnd(64)}${Math.round(performance.now() - startedAt)} ms\n`)
}

// The first calls of a process compile its code, which is no matter of threads.
for (let call = 0; call < 50; call += 1) await said('threads', {})

const threads = { areBusy: true }
const busy = Promise.all([
  show('primes up to 500,000', said('primes', { upTo: 500_000 })),
  show('a picture 600 wide', said('fractal', { width: 600 })),
]).then(() => (threads.areBusy = false))
const took: number[] = []
while (threads.areBusy) {
  const startedAt = performance.now()
  await said('threads', {})
  took.push(performance.now() - startedAt)
}
await busy
took.sort((a, b) => a - b)
const p99 = took[Math.floor(took.length * 0.99)] ?? 0
process.stdout.write(`meanwhile ${took.length} other calls, 99 % within ${Math.ceil(p99)} ms\n\n`)

await show('primes up to 1,000,000,000', said('primes', { upTo: 1_000_000_000 }))
await show('a picture 60,000 wide', said('fractal', { width: 60_000 }))
await show('primes up to 100', said('primes', { upTo: 100 }))

await client.close()
await serving.close()
