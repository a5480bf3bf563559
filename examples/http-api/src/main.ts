import { program } from './program.ts'

const port = Number(process.env['PORT'] || 3500)
try {
  if (!Number.isInteger(port) || port < 0 || port > 65_534)
    throw new Error(`PORT must be a number from 0 to 65534, got '${process.env['PORT']}'.`)
  const { url, shop } = await program(port)
  process.stdout.write(`An MCP server in front of an HTTP API is running
  MCP endpoint  ${url}
  The API       ${shop.url}
  Its mood      curl ${shop.url}/mood/failing   (well, slow, failing, down)
`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
