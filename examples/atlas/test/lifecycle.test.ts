import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { account } from '../src/postgres/account.ts'
import { home } from '../src/postgres/home.ts'
import { atlas } from './atlas.ts'
import { modern } from './clients.ts'
import { freshDirectory } from './database.ts'

const osaka = 1_853_909

test('killed while it loads, started twice at once, left by one, killed again: whole data, and no server at the end', async () => {
  const env = { XDG_CACHE_HOME: freshDirectory('cache') }

  const killed = atlas(env)
  await killed.says(/Loading/)
  await killed.end('SIGKILL')

  const first = atlas(env)
  const second = atlas(env)
  const [one, other] = await Promise.all([modern(await first.url()), modern(await second.url())])
  expect(`${first.said.err}${second.said.err}`).toMatch(/^Loading [^\n]*\n$/)
  for (const { said } of [first, second]) expect(said.out).toContain('135,233 cities')
  const added = await one.call('add_note', { id: osaka, text: 'Castle' })
  await one.close()

  expect(await first.end('SIGTERM')).toEqual({ code: 0, signal: null })
  expect((await other.call('city_details', { id: osaka })).data).toHaveProperty('notes', [added.data])
  await other.close()

  const directory = await home(await account(), env)
  const data = readdirSync(directory).find((name) => /^data-\d+$/.test(name))
  const lock = join(directory, data ?? '', 'postmaster.pid')
  await second.end('SIGKILL')
  expect(existsSync(lock)).toBe(true)

  const again = atlas(env)
  const late = await modern(await again.url())
  expect(again.said.err).toBe('')
  expect((await late.call('city_details', { id: osaka })).data).toHaveProperty('notes', [added.data])
  await late.close()
  expect(await again.end('SIGINT')).toEqual({ code: 0, signal: null })
  expect(existsSync(lock)).toBe(false)
}, 60_000)
