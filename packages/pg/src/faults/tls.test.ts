import { appendFileSync, chownSync, statSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { selfSigned } from '@millrace/core/testing'
import { ownServer } from '../fixtures/server.ts'
import { eventually } from '../fixtures/world.ts'
import { postgres } from '../postgres.ts'

const freePort = async (): Promise<number> => {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  listener.close()
  await once(listener, 'close')
  return port
}

/** A server that speaks TLS, with a certificate of its own making. */
const encrypted = async () => {
  const port = await freePort()
  const server = await ownServer({ listen_addresses: '127.0.0.1', port: `${port}` })
  onTestFinished(() => server.stop())
  await server.stop()
  const { key, certificate } = selfSigned()
  const { uid, gid } = statSync(server.directory)
  for (const [name, text] of Object.entries({ 'server.key': key, 'server.crt': certificate })) {
    writeFileSync(join(server.directory, name), text, { mode: 0o600 })
    chownSync(join(server.directory, name), uid, gid)
  }
  appendFileSync(join(server.directory, 'postgresql.conf'), 'ssl = on\n')
  expect(await server.start()).toBeUndefined()
  const { user, database } = server.address
  return { connection: { host: '127.0.0.1', port, user, database }, ca: certificate }
}

test('over TLS queries are cancelled on the server as well, and a wrong certificate is refused', async () => {
  const { connection, ca } = await encrypted()
  const db = await postgres({ connection: { ...connection, ssl: { ca } }, name: 'encrypted', max: 1 }).open()
  onTestFinished(() => db.close(0))
  expect((await db.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).rows).toEqual([{ ssl: true }])
  const controller = new AbortController()
  const slow = db.query('SELECT pg_sleep(60)', [], controller.signal).catch((error: unknown) => error)
  controller.abort('gone')
  expect(await slow).toBe('gone')
  await eventually(() => db.stats().busy === 0, 'the connection is back')
  expect(db.stats()).toMatchObject({ opened: 1, size: 1, cancelled: 1 })
  await expect(postgres({ connection: { ...connection, ssl: true } }).open()).rejects.toMatchObject({
    code: 'ERR_DATABASE_UNAVAILABLE',
  })
}, 60_000)
