import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { faultProxy } from './faultProxy.ts'
import type { FaultProxy } from './faultProxy.ts'
import { until } from './until.ts'

const upstream = new Set<Socket>()
const echo = createServer((socket) => {
  upstream.add(socket)
  socket.once('close', () => upstream.delete(socket))
  socket.on('error', () => {}).pipe(socket)
})
let proxy: FaultProxy
beforeEach(async () => {
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  proxy = await faultProxy({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port })
})
afterEach(async () => {
  await proxy.close()
  await new Promise((resolve) => echo.close(resolve))
})

/** A client that keeps what it hears. */
const client = async () => {
  const socket = connect(proxy.port, proxy.host)
  const heard = { text: '', end: '' }
  socket.on('data', (bytes) => (heard.text += bytes.toString()))
  socket.on('end', () => (heard.end ||= 'end'))
  socket.on('error', (error: NodeJS.ErrnoException) => (heard.end = error.code ?? ''))
  await once(socket, 'connect')
  return { socket, heard }
}

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate)
}

describe('a fault proxy', () => {
  it('passes everything while all is well', async () => {
    const { socket, heard } = await client()
    socket.write('hello')
    await until(() => heard.text === 'hello', 'no echo')
    socket.end(' and goodbye')
    await until(() => heard.end === 'end', 'no end')
    expect(heard.text).toBe('hello and goodbye')
    expect(proxy.accepted).toBe(1)
  })

  it('refuses new connections, and only these, until it heals', async () => {
    const old = await client()
    await proxy.refuse()
    await proxy.refuse()
    await expect(client()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    old.socket.write('still')
    await until(() => old.heard.text === 'still', 'the old one is dead')
    await proxy.heal()
    await client()
  })

  it('freezes old and new connections, and lets everything through when it heals', async () => {
    const old = await client()
    proxy.freeze()
    const late = await client()
    old.socket.write('a')
    late.socket.write('b')
    await turns(50)
    expect([old.heard.text, late.heard.text]).toEqual(['', ''])
    await proxy.heal()
    await until(() => old.heard.text + late.heard.text === 'ab', 'something got lost')
  })

  it('lets everything come later', async () => {
    const { socket, heard } = await client()
    proxy.slow(30)
    const startedAt = performance.now()
    socket.write('a')
    await until(() => heard.text === 'a', 'no echo')
    expect(performance.now() - startedAt).toBeGreaterThan(50)
  })

  it('keeps the order of what was slow and what comes when it has healed', async () => {
    const { socket, heard } = await client()
    proxy.slow(30)
    socket.write('slow ')
    await turns(20)
    await proxy.heal()
    socket.write('fast ')
    socket.end('end')
    await until(() => heard.end === 'end', 'no end')
    expect(heard.text).toBe('slow fast end')
  })

  it('loses the server without a word to the client', async () => {
    const { socket, heard } = await client()
    socket.write('a')
    await until(() => heard.text === 'a', 'no echo')
    proxy.halfOpen()
    socket.write('b')
    await until(() => upstream.size === 0, 'the server still has it')
    await turns(50)
    expect(heard).toEqual({ text: 'a', end: '' })
    socket.end()
    await turns(50)
    expect(heard.end).toBe('')
    socket.destroy()
  })

  it('resets connections', async () => {
    const { heard } = await client()
    proxy.reset()
    await until(() => heard.end === 'ECONNRESET', 'no reset')
    expect(proxy.connections).toBe(0)
  })

  it('says what the server never said', async () => {
    const { heard } = await client()
    proxy.inject(Buffer.from('garbage'))
    await until(() => heard.text === 'garbage', 'nothing came')
  })

  it('leaves nothing open when it is closed', async () => {
    const { heard } = await client()
    await proxy.close()
    expect(proxy.connections).toBe(0)
    await until(() => upstream.size === 0 && heard.end !== '', 'something is open')
  })

  it('passes on that the server has gone', async () => {
    const { socket, heard } = await client()
    socket.write('a')
    await until(() => heard.text === 'a', 'no echo')
    for (const one of upstream) one.destroy()
    await until(() => heard.end === 'end', 'nobody said so')
  })
})
