import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { ServerResponse } from 'node:http'
import { expect, it, onTestFinished } from 'vitest'
import { ask } from '../fixtures/ask.ts'
import { served } from '../fixtures/served.ts'
import { json } from './answer.ts'

const silent = async (url: URL): Promise<Socket> => {
  const socket = connect(Number(url.port), url.hostname)
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

it('whoever opens connections and asks nothing keeps nobody out, and gives way first', async () => {
  const url = await served([{ path: '/a', guard: 'read', handle: () => json(1) }])
  const asked: Socket[] = []
  for (let count = 0; count < 300; count += 1) asked.push(await silent(url))
  expect((await ask(url, '/a')).status).toBe(200)
  await expect.poll(() => asked.filter(({ closed }) => closed).length).toBeGreaterThanOrEqual(44)
  expect(asked.slice(-200).every(({ closed }) => !closed)).toBe(true)
})

it('what is being answered gives way to nobody', async () => {
  const writes = (response: ServerResponse): void => void response.write('a')
  const url = await served([
    { path: '/live', guard: 'read', handle: () => ({ type: 'text/plain', body: writes }) },
    { path: '/a', guard: 'read', handle: () => json(1) },
  ])
  const live = Array.from({ length: 256 }, async () => {
    const asking = request(new URL('/live', url), { agent: false }).end()
    onTestFinished(() => void asking.destroy())
    const [response] = (await once(asking, 'response')) as [NodeJS.ReadableStream]
    return response.on('error', () => {})
  })
  const responses = await Promise.all(live)
  await expect(ask(url, '/a')).rejects.toThrow(/ECONNRESET|hang up/)
  expect(responses.every((response) => response.readable)).toBe(true)
})
