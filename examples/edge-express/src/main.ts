import { shop } from './app.ts'

const { app, mcp } = shop()
const port = Number(process.env['PORT'] || 3200)
const listening = app.listen(port, '127.0.0.1', (error) => {
  if (error !== undefined) {
    process.stderr.write(`Port ${port} cannot be used: ${error.message}. Set PORT to another one.\n`)
    process.exitCode = 1
    return
  }
  process.stdout.write(
    `A shop is open at http://127.0.0.1:${port}, and its MCP endpoint at http://127.0.0.1:${port}/mcp\n`,
  )
})

const close = async () => {
  listening.close()
  await mcp.close(5000)
  listening.closeAllConnections()
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close())
