import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** A server of 1 KB of JSON in a process of its own, which ends with this one. @returns its origin */
export const api = async (): Promise<string> => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  for (const one of [child, child.stdin, child.stdout] as ReadonlyArray<{ unref?(): void }>) one.unref?.()
  return `http://127.0.0.1:${port.toString()}`
}

const program = `
  import { createServer } from 'node:http'
  const items = Array.from({ length: 20 }, (_, id) => ({ id, name: 'item number ' + id, price: id * 1.5 }))
  const body = JSON.stringify({ items })
  const head = { 'content-type': 'application/json', 'content-length': body.length }
  const server = createServer((_, response) => response.writeHead(200, head).end(body))
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', () => process.stdout.write(String(server.address().port)))
  process.stdin.resume().on('end', () => process.exit())
`
