import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { freshDirectory } from '../../test/database.ts'
import { account } from './account.ts'
import { claim, home } from './home.ts'

afterEach(() => vi.unstubAllEnvs())

test('the data lives in the cache directory that the environment names', async () => {
  const cache = freshDirectory('cache-of-its-own')
  expect(await home(await account(), { XDG_CACHE_HOME: cache })).toBe(join(cache, 'millrace-atlas'))
})

test.each<[string, (path: string) => void]>([
  ['closed', (path) => mkdirSync(path, { mode: 0o000 })],
  ['a file', (path) => writeFileSync(path, '')],
])('a cache directory that is %s is left for the temporary one', async (what, make) => {
  const user = await account()
  const temporary = freshDirectory(`temporary-${what.replace(' ', '-')}`)
  // Open, as a temporary directory is.
  chmodSync(temporary, 0o1777)
  vi.stubEnv('TMPDIR', temporary)
  const cache = join(temporary, 'cache')
  make(cache)
  expect(await home(user, { XDG_CACHE_HOME: cache })).toBe(join(temporary, `millrace-atlas-${user.uid}`))
  chmodSync(cache, 0o700)
  expect(existsSync(join(cache, 'millrace-atlas'))).toBe(false)
})

test('without any place for the data the sentence names those that were tried', async () => {
  vi.stubEnv('TMPDIR', '/dev/null')
  const nowhere = home(await account(), { XDG_CACHE_HOME: '/dev/null' })
  await expect(nowhere).rejects.toThrow('/dev/null/millrace-atlas')
})

test('a link is not taken for a directory of ours', async () => {
  const parent = freshDirectory('link')
  mkdirSync(join(parent, 'elsewhere'))
  symlinkSync(join(parent, 'elsewhere'), join(parent, 'data'))
  expect(await claim(join(parent, 'data'), await account())).toBe(false)
})

test('a path too long for a socket is not taken', async () => {
  expect(await claim(join(freshDirectory('long'), 'x'.repeat(80)), await account())).toBe(false)
})
