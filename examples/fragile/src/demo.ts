import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { program } from './program.ts'

// Starts everything on ports of its own, walks the weather service through its moods, and shows what a client sees.
const restMs = 1000
const running = await program({ port: 0, callMs: 900, attemptMs: 300, restMs })
const client = new Client({ name: 'fragile-demo', version: '0.0.0' }, { versionNegotiation: { mode: 'auto' } })
await client.connect(new StreamableHTTPClientTransport(new URL(running.url)))

process.stdout.write('mood       answer                                                     took  asked\n')
for (const mood of ['healthy', 'slow', 'hung', 'flapping', 'dead', 'healthy'] as const) {
  await running.service.become(mood)
  for (let call = 0; call < 5; call += 1) await show(mood)
  await recover()
}
await client.close()
await running.close()

async function show(mood: string): Promise<void> {
  const before = running.service.seen.requests
  const startedAt = performance.now()
  const said = await ask()
  const took = `${Math.round(performance.now() - startedAt)} ms`
  const asked = `${running.service.seen.requests - before}`
  process.stdout.write(`${mood.padEnd(11)}${said.slice(0, 54).padEnd(55)}${took.padStart(8)}${asked.padStart(7)}\n`)
}

async function ask(): Promise<string> {
  const { content } = await client.callTool({ name: 'forecast', arguments: { city: 'Oslo' } })
  return content[0]?.type === 'text' ? content[0].text : ''
}

/** So that each mood begins with a service that was well, and a closed breaker. */
async function recover(): Promise<void> {
  await running.service.become('healthy')
  await new Promise((resolve) => setTimeout(resolve, restMs))
  for (let call = 0; call < 3; call += 1) await ask()
}
