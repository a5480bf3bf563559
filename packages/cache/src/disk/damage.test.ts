import type { Store } from '@millrace/core'
import { manualClock } from '@millrace/core/testing'
import { closeSync, openSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { folders } from '../fixtures/folders.ts'
import { numbered } from '../fixtures/numbered.ts'
import { eventsOf } from '../fixtures/world.ts'
import { diskStore } from './diskStore.ts'

const folder = folders()
let warnings: string[] = []

beforeEach(() => {
  warnings = []
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void warnings.push(String(warning)))
})
afterEach(() => vi.restoreAllMocks())

const keys = Array.from({ length: 150 }, (_, n) => `k${n}`)
const open = (path: string) => diskStore({ path, clock: manualClock(1000) })

const filled = async (path: string): Promise<Store> => {
  const store = open(path)
  await Promise.all(keys.map(async (key, n) => store.set(key, numbered.entry(key, n))))
  return store
}

/** The file that counts, of those there are. */
const fileIn = (path: string): string => {
  const names = readdirSync(path).filter((name) => name.endsWith('.db'))
  return join(path, names.toSorted().at(-1) as string)
}

/** What it still has, all of which must be whole. */
const held = async (store: Store): Promise<number> => {
  let count = 0
  for (const key of keys) {
    const found = await store.get(key)
    if (found === undefined) continue
    expect(numbered.isWhole(key, found)).toBe(true)
    count += 1
  }
  return count
}

const works = async (store: Store): Promise<void> => {
  // Where there is damage is often seen only by writing there, or by reading that.
  for (let tries = 0; tries < 3; tries += 1) {
    await store.set('new', numbered.entry('new', 7))
    if ((await store.get('new')) !== undefined) break
  }
  expect(await store.get('new')).toEqual(numbered.entry('new', 7))
  await store.invalidate({ tags: ['t1'] })
  await store.clear()
  expect(await store.stats()).toMatchObject({ entries: 0, bytes: 0 })
}

describe('a file', () => {
  it.each([
    ['of something else', Buffer.from('not a database at all '.repeat(1_000))],
    ['of nothing but the beginning', Buffer.from('SQLite format 3\0')],
    ['of noise', Buffer.from(Array.from({ length: 50_000 }, (_, n) => (n * 7919) % 251))],
  ])('%s is left aside, with a warning, and does no harm', async (_, garbage) => {
    const path = folder()
    await (await filled(path)).close?.()
    const file = fileIn(path)
    writeFileSync(file, garbage)
    const store = open(path)
    expect(await held(store)).toBe(0)
    await works(store)
    expect(readFileSync(file)).toEqual(garbage)
    expect(warnings).toEqual([expect.stringContaining(`${file} cannot be used any more`)])
    await store.close?.()
  })

  it('that was given up is kept until the next one is', async () => {
    const path = folder()
    for (let time = 0; time < 3; time += 1) {
      await (await filled(path)).close?.()
      writeFileSync(fileIn(path), 'garbage '.repeat(2_000))
    }
    await open(path).close?.()
    expect(readdirSync(path).filter((name) => name.endsWith('.db'))).toHaveLength(2)
  })

  it('cut short while it is open does no harm', async () => {
    const path = folder()
    const store = await filled(path)
    await store.close?.()
    const again = open(path)
    truncateSync(fileIn(path), 100_000)
    await held(again)
    await works(again)
    await again.close?.()
  })

  it('removed while it is open is made anew', async () => {
    const path = folder()
    const clock = manualClock(1000)
    const store = diskStore({ path, clock })
    await store.set('k', numbered.entry('k', 1))
    for (const name of readdirSync(path)) rmSync(join(path, name))
    const other = diskStore({ path, clock })
    await other.set('k', numbered.entry('k', 2))
    clock.advance(1_001)
    expect(store.get('k')).toEqual(numbered.entry('k', 2))
    await store.close?.()
    await other.set('k', numbered.entry('k', 3))
    const third = diskStore({ path, clock })
    expect(await third.get('k')).toEqual(numbered.entry('k', 3))
    await other.close?.()
    await third.close?.()
  })

  it('with bytes changed anywhere gives no wrong answer and ends no process', async () => {
    const path = folder()
    await (await filled(path)).close?.()
    const whole = readFileSync(fileIn(path))
    let seed = 11
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % below
    }
    for (let run = 0; run < 40; run += 1) {
      const broken = folder()
      await open(broken).close?.()
      const bytes = Buffer.from(whole)
      const start = random(bytes.length)
      if (run % 2 === 0) for (let n = 0; n < 60; n += 1) bytes[random(bytes.length)] = random(256)
      else bytes.fill(run % 4 === 1 ? 0 : 0xa5, start, Math.min(start + 20_000, bytes.length))
      const isOpen = run % 3 === 0
      const early = isOpen ? open(broken) : undefined
      const descriptor = openSync(fileIn(broken), 'r+')
      writeSync(descriptor, bytes, 0, bytes.length, 0)
      closeSync(descriptor)
      const store = early ?? open(broken)
      await held(store)
      await works(store)
      await store.close?.()
    }
  })
})

it('an entry that is not as it was written is not there, and goes', async () => {
  const path = folder()
  await (await filled(path)).close?.()
  const database = new DatabaseSync(fileIn(path))
  database.exec("UPDATE entry SET body = '{}' WHERE id = (SELECT min(id) FROM entry)")
  database.exec("UPDATE entry SET head = '[' WHERE id = (SELECT max(id) FROM entry)")
  database.close()
  const store = open(path)
  const events = await eventsOf(async () => expect(await held(store)).toBe(keys.length - 2))
  expect(events).toMatchObject([
    { type: 'cache.failed', tier: 'disk', during: 'get' },
    { type: 'cache.failed', tier: 'disk', during: 'get' },
  ])
  await store.delete('nothing')
  expect(await store.stats()).toMatchObject({ entries: keys.length - 2 })
  await store.close?.()
})

it('an entry that says nothing of itself any more goes with any invalidation', async () => {
  const path = folder()
  await (await filled(path)).close?.()
  const database = new DatabaseSync(fileIn(path))
  database.exec("UPDATE entry SET head = '[' WHERE id = (SELECT max(id) FROM entry)")
  database.close()
  const store = open(path)
  expect(await store.invalidate({ operation: 'tools/call other' })).toBe(1)
  await store.close?.()
})
