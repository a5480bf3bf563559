import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { arrive } from './callers.ts'

const server = createServer()
afterEach(() => {
  server.removeAllListeners('request')
  server.closeAllConnections()
  server.close()
})

const facing = async (patienceMs: number, listener: RequestListener) => {
  server.on('request', listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
  return arrive({ url, capacity: 100, stretches: [{ seconds: 0.2, load: 2 }], patienceMs })
}

it('callers are answered, and never ask the same', async () => {
  const bodies: string[] = []
  const answers = await facing(15_000, (message, response) => {
    let body = ''
    message.setEncoding('utf8').on('data', (part: string) => (body += part))
    message.on('end', () => {
      bodies.push(body)
      response.end('{"jsonrpc":"2.0","id":1,"result":{"content":[]}}')
    })
  })
  expect(answers.length).toBeGreaterThan(10)
  expect(new Set(bodies).size).toBe(bodies.length)
  expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['answered']))
})

it('callers go on arriving where nobody is answered, and hang up', async () => {
  let hungUp = 0
  const answers = await facing(40, (message) => void message.on('close', () => (hungUp += 1)))
  expect(answers.length).toBeGreaterThan(10)
  expect(answers.map(({ kind }) => kind)).toEqual(answers.map(() => 'gaveUp'))
  expect(answers.every(({ tookMs }) => tookMs >= 39)).toBe(true)
  await expect.poll(() => hungUp, { timeout: 10_000 }).toBe(answers.length)
})
