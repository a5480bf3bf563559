import { program } from './program.ts'

const port = Number(process.env['PORT'] || 3100)
try {
  if (!Number.isInteger(port) || port < 0 || port > 65_533) {
    throw new Error(`PORT must be a number from 0 to 65533, got '${process.env['PORT']}'.`)
  }
  const running = await program({ port })
  process.stdout.write(`A server on a fragile service is running
  MCP endpoint     ${running.url}
  Weather service  ${running.service.url}
  Its mood         curl -d hung ${running.controlUrl}   (healthy, slow, tail, hung, flapping, dead)
`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void running.close())
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
