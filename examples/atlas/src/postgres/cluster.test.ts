import { spawn } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { beforeAll, expect, test } from 'vitest'
import { freshDirectory, volatile } from '../../test/database.ts'
import { account } from './account.ts'
import type { Account } from './account.ts'
import { cluster } from './cluster.ts'
import type { Cluster } from './cluster.ts'
import { claim } from './home.ts'
import { programs } from './programs.ts'

let user: Account
let server: Cluster
beforeAll(async () => {
  user = await account()
  const home = freshDirectory('cluster')
  await claim(home, user)
  server = await cluster(await programs(user, home), user, home, volatile)
}, 60_000)

test('a cluster starts, answers under its settings and stops', async () => {
  expect(await server.isHeld()).toBe(false)
  expect(await server.start()).toBeUndefined()
  expect(await server.isHeld()).toBe(true)
  const client = new pg.Client(server.connection)
  await client.connect()
  expect((await client.query('SHOW fsync')).rows).toEqual([{ fsync: 'off' }])
  await client.end()
  expect(await server.start()).toContain('already exists')
  await server.stop()
  expect(await server.isHeld()).toBe(false)
})

test('a lock file whose process is by now another program does not keep the server from starting', async () => {
  const stranger = spawn('sleep', ['60'], user.isDropped ? { uid: user.uid, gid: user.gid } : {})
  writeFileSync(join(server.directory, 'postmaster.pid'), `${stranger.pid}\n${server.directory}\n1\n5432\n.\n\n`)
  expect(await server.isHeld()).toBe(false)
  expect(await server.start()).toContain('already exists')
  expect(await server.start()).toBeUndefined()
  await server.stop()
  stranger.kill()
})

test('a server that cannot start says why in one line', async () => {
  appendFileSync(join(server.directory, 'postgresql.conf'), `shared_buffers = 'much'\n`)
  expect(await server.start()).toMatch(/^configuration file .*postgresql\.conf" contains errors$/)
})
