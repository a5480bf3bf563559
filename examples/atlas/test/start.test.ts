import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Database } from '../src/database.ts'
import { atlas } from './atlas.ts'
import { modern } from './clients.ts'
import { freshDirectory, sharedDatabase, urlOf } from './database.ts'

describe('without a usable setting', () => {
  test('a PORT that is no port is one line', async () => {
    const started = atlas({ PORT: 'abc' })
    expect(await started.end()).toEqual({ code: 1, signal: null })
    expect(started.said).toEqual({ out: '', err: 'PORT must be a number from 0 to 65535, got "abc".\n' })
  })

  test('an OPS_PORT that is no port is one line', async () => {
    const started = atlas({ OPS_PORT: '70000' })
    expect(await started.end()).toEqual({ code: 1, signal: null })
    expect(started.said).toEqual({ out: '', err: 'OPS_PORT must be a number from 0 to 65535, got "70000".\n' })
  })

  test.each(['--stdoi', '--help', 'stdio'])('the option %s is one line, and code 2', async (option) => {
    const started = atlas({}, '--stdio', option)
    expect(await started.end()).toEqual({ code: 2, signal: null })
    expect(started.said).toEqual({
      out: '',
      err: `Unknown option "${option}": the atlas takes --stdio, or nothing to serve over HTTP.\n`,
    })
  })

  test('a busy port is one line, and no database is started for it', async () => {
    const busy = createServer().listen(0, '127.0.0.1')
    await once(busy, 'listening')
    const { port } = busy.address() as AddressInfo
    const cache = freshDirectory('busy')
    const started = atlas({ PORT: String(port), XDG_CACHE_HOME: cache })
    expect(await started.end()).toEqual({ code: 1, signal: null })
    expect(started.said).toEqual({
      out: '',
      err: expect.stringMatching(`^Port ${port} is in use; set PORT to another one.*\n$`),
    })
    expect(readdirSync(cache)).toEqual([])
    busy.close()
  })

  test('a database that does not answer is one line without the password', async () => {
    const started = atlas({ DATABASE_URL: 'postgresql://me:secret@127.0.0.1:1/nothing' })
    expect(await started.end()).toEqual({ code: 1, signal: null })
    expect(started.said.err).toMatch(/^The PostgreSQL at DATABASE_URL cannot be used: .*ECONNREFUSED.*\.\n$/)
    expect(started.said.err).not.toContain('secret')
  })
})

describe('on a database that is there', () => {
  let db: Database
  beforeAll(async () => {
    db = await sharedDatabase()
  }, 60_000)
  afterAll(() => db.close())

  test('it says what runs and how to connect, and ends with code 0', async () => {
    const started = atlas({ DATABASE_URL: urlOf(db) })
    const url = await started.url()
    const client = await modern(url)
    expect(await client.tools()).toHaveLength(5)
    await client.close()
    expect((await fetch(url, { method: 'POST', headers: { origin: 'https://evil.example' } })).status).toBe(403)
    expect((await fetch(new URL('/', url))).status).toBe(404)
    const dashboard = await started.says(/http:\/\/127\.0\.0\.1:\d+\/dashboard(?=\n)/)
    expect(await (await fetch(dashboard)).text()).toContain('/dashboard/app.js')
    const counted = await (await fetch(new URL('/metrics', dashboard))).text()
    expect(counted).toMatch(/^mcp_requests_total\{method="tools\/list",operation="tools\/list",outcome="ok"\} 1$/m)
    const health = await (await fetch(new URL('/health/detailed', dashboard))).json()
    expect(health).toMatchObject({ status: 'healthy', ready: true, checks: { pool: { status: 'healthy' } } })
    expect(await started.end('SIGINT')).toEqual({ code: 0, signal: null })
    expect(started.said.err).toBe('')
    expect(started.said.out).toContain('135,233 cities')
    expect(started.said.out).toContain(`{"mcpServers":{"atlas":{"type":"http","url":"${url}"}}}`)
    expect(started.said.out).toContain(`PORT=${new URL(url).port} npm run demo`)
  })

  test('told to stop, it answers the call that runs, refuses the next one, and ends with code 0', async () => {
    const id = 2_800_866
    const started = atlas({ DATABASE_URL: urlOf(db) })
    const [client, late] = await Promise.all([modern(await started.url()), modern(await started.url())])
    let release!: () => void
    const isReleased = new Promise<void>((resolve) => (release = resolve))
    let holding!: Promise<void>
    await new Promise<void>((isHeld) => {
      holding = db.pool.transaction(async (transaction) => {
        await transaction.query('SELECT FROM atlas.cities WHERE id = $1 FOR UPDATE', [id])
        isHeld()
        await isReleased
      })
    })
    const noted = client.call('add_note', { id, text: 'Late' })
    const blocked = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO atlas.notes%'`
    await vi.waitFor(async () => expect((await db.pool.query(blocked)).rowCount).toBe(1), 10_000)
    const ended = started.end('SIGTERM')
    await vi.waitFor(async () => {
      const { text } = await late.call('city_details', { id })
      expect(text).toContain('The server is shutting down and takes no more calls.')
    }, 10_000)
    release()
    expect((await noted).data).toMatchObject({ text: 'Late' })
    expect(await ended).toEqual({ code: 0, signal: null })
    await holding
  })
})
