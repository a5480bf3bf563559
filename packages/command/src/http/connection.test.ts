import { createServer as createTlsServer } from 'node:https'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { manualClock, selfSigned } from '@millrace/core/testing'
import { expect, it, onTestFinished } from 'vitest'
import { benched } from '../fixtures/run.ts'
import { rawServer, send } from '../fixtures/rawServer.ts'
import { Connection } from './connection.ts'

/** A server that answers what comes on a connection as a test wants it, byte for byte. */
const speaking = async (onConnection: (socket: Socket, count: number) => void): Promise<URL> => {
  let count = 0
  const server = createServer((socket) => {
    socket.on('error', () => {})
    onConnection(socket, (count += 1))
  })
  await listening(server)
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`)
}

const listening = async (server: Server): Promise<void> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
}

/** Sends a request, and gives the body that comes back. */
const asked = (connection: Connection): Promise<string> =>
  new Promise((resolve, reject) => {
    let body = ''
    connection.send('POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n', {
      onHead: () => {},
      onBody: (buffer, from, to) => void (body += buffer.toString('utf8', from, to)),
      onEnd: () => resolve(body),
      onFailure: reject,
    })
  })

const connecting = (url: URL, clock = manualClock(1000)) => {
  const connection = new Connection({ url, clock, buffer: Buffer.alloc(100) })
  onTestFinished(() => connection.abandon())
  return { connection, clock }
}
const answer = (text: string, more = '') => `HTTP/1.1 200 OK\r\n${more}content-length: ${text.length}\r\n\r\n${text}`

it('one connection serves one request after another, and answers larger than what is read at once', async () => {
  const url = await speaking((socket, count) =>
    socket.on('data', () => socket.write(answer(`${count} ${'x'.repeat(1000)}`))),
  )
  const { connection } = connecting(url)
  for (let n = 0; n < 3; n += 1) expect(await asked(connection)).toBe(`1 ${'x'.repeat(1000)}`)
})

it('a connection that the server closes is opened again', async () => {
  const close = await speaking((socket, count) =>
    socket.on('data', () => socket.end(answer(String(count), 'connection: close\r\n'))),
  )
  const { connection } = connecting(close)
  expect([await asked(connection), await asked(connection)]).toEqual(['1', '2'])
  const lengthless = await speaking((socket, count) =>
    socket.on('data', () => socket.end(`HTTP/1.1 200 OK\r\n\r\n${count}`)),
  )
  const other = connecting(lengthless).connection
  expect([await asked(other), await asked(other)]).toEqual(['1', '2'])
})

it('a connection that the server is about to close is not used any more', async () => {
  const url = await speaking((socket, count) =>
    socket.on('data', () => socket.write(answer(String(count), 'keep-alive: timeout=5\r\n'))),
  )
  const { connection, clock } = connecting(url)
  expect(await asked(connection)).toBe('1')
  clock.advance(3900)
  expect(await asked(connection)).toBe('1')
  clock.advance(4100)
  expect(await asked(connection)).toBe('2')
})

it.each([
  ['closes it in the middle', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', 'the server closed the connection'],
  ['says nothing', '', 'the server closed the connection'],
  ['speaks something else', '220 smtp ready\r\n', 'what came is no HTTP answer'],
])('a server that %s is told, and asked anew the next time', async (_what, said, message) => {
  const url = await speaking((socket, count) =>
    socket.on('data', () => socket.end(count === 1 ? said : answer('well'))),
  )
  const { connection } = connecting(url)
  await expect(asked(connection)).rejects.toThrow(message)
  expect(await asked(connection)).toBe('well')
})

it('a request waits for the rest of an answer that is settled, though not for ever', async () => {
  const rest: Array<() => void> = []
  const url = await speaking((socket, count) =>
    socket.on('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n1')
      rest.push(() => socket.write(String(count)))
    }),
  )
  const { connection, clock } = connecting(url)
  const begun = () =>
    new Promise<void>((resolve) => {
      const nothing = () => {}
      const onBody = () => {
        connection.settle()
        resolve()
      }
      connection.send('GET / HTTP/1.1\r\n\r\n', { onHead: nothing, onBody, onEnd: nothing, onFailure: nothing })
    })
  await begun()
  expect(connection.isFree).toBe(false)
  const second = begun()
  rest[0]!()
  await second
  // The rest of this one never comes.
  const third = begun()
  clock.advance(150)
  await third
  expect(rest).toHaveLength(3)
})

it('an abandoned request leaves nothing to the next', async () => {
  const waiting: Socket[] = []
  const url = await speaking((socket, count) =>
    socket.on('data', () => void (count === 1 ? waiting.push(socket) : socket.write(answer('new')))),
  )
  const { connection } = connecting(url)
  const first = asked(connection)
  void first.catch(() => {})
  while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve))
  connection.abandon()
  expect(await asked(connection)).toBe('new')
})

it('a server behind TLS is loaded as well', async () => {
  const { key, certificate } = selfSigned()
  const server = createTlsServer({ key, cert: certificate }, (message, response) => {
    let text = ''
    message.on('data', (chunk: Buffer) => (text += chunk.toString()))
    message.on('end', () => {
      const { id, method } = JSON.parse(text) as { readonly id: number; readonly method: string }
      send(response, id, method === 'server/discover' ? { supportedVersions: ['2026-07-28'] } : {})
    })
  })
  await listening(server)
  const { port } = server.address() as AddressInfo
  const untrusted = process.env['NODE_TLS_REJECT_UNAUTHORIZED']
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
  onTestFinished(() => {
    if (untrusted === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = untrusted
  })
  for (const host of ['localhost', '127.0.0.1']) {
    const { failed, latency } = await benched([`https://${host}:${port}/mcp`, '--method', 'x'])
    expect([failed, latency.count > 0]).toEqual([0, true])
  }
})

it('what is beyond ASCII arrives as it was meant', async () => {
  const seen = new Set<unknown>()
  const url = await rawServer(({ id, params }, response) => {
    seen.add(params)
    send(response, id, {})
  })
  const { failed } = await benched([url, '--method', 'x', '--params', '{"city":"Zürich 東京 🗼"}'])
  expect(failed).toBe(0)
  expect([...seen][0]).toMatchObject({ city: 'Zürich 東京 🗼' })
})
