import { program } from './program.ts'

const port = Number(process.env['PORT'] || 3300)
try {
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT must be a number from 0 to 65535, got '${process.env['PORT']}'.`)
  const { url } = await program(port)
  process.stdout.write(`Tools that compute are served at ${url.href}\n`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
