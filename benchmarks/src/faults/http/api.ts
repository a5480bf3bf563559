// An HTTP service in a process of its own: doubles numbers, and keeps them in a file. It does as its parent says.
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Mood } from './service.ts'

const [file = '', port = '0', maxConnections = '0'] = process.argv.slice(2)
let mood: Mood = 'well'

const answer = (response: ServerResponse, n: number): void => {
  const body = JSON.stringify({ n, more: '.'.repeat(2_000) })
  if (mood === 'well') return void response.setHeader('content-type', 'application/json').end(body)
  if (mood === 'busy') return void response.writeHead(503, { 'retry-after': '1' }).end()
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
  response.write(body.slice(0, body.length / 2), () => response.destroy())
}

const http = createServer(({ url = '' }, response) => {
  const [, what, n] = url.split('/')
  if (what === 'keep' && mood === 'well') appendFileSync(file, `${n}\n`)
  setTimeout(() => answer(response, what === 'keep' ? Number(n) : 2 * Number(n)), 2)
})
http.maxConnections = Number(maxConnections)
http.listen(Number(port), '127.0.0.1', () => process.send?.((http.address() as AddressInfo).port))

process.on('message', (told: Mood | 'count') => {
  if (told === 'count') http.getConnections((_, count) => process.send?.(count))
  else mood = told
})
process.on('disconnect', () => process.exit(0))
process.once('SIGTERM', () => {
  process.disconnect()
  http.close()
})
