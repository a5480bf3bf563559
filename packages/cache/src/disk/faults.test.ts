import { manualClock } from '@millrace/core/testing'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { entryOf } from '../fixtures/entries.ts'
import { folders } from '../fixtures/folders.ts'
import { settle } from '../fixtures/world.ts'
import { diskStore } from './diskStore.ts'

const folder = folders()
let warnings: string[] = []

beforeEach(() => {
  warnings = []
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void warnings.push(String(warning)))
})
afterEach(() => vi.restoreAllMocks())

const lockedBy = (path: string): DatabaseSync => {
  const name = readdirSync(path).find((one) => one.endsWith('.db')) as string
  const database = new DatabaseSync(join(path, name))
  database.exec('BEGIN IMMEDIATE')
  return database
}

describe('a folder', () => {
  it('whose parent is a file is an error at start', () => {
    const path = join(folder(), 'file')
    writeFileSync(path, '')
    expect(() => diskStore({ path: join(path, 'cache') })).toThrow(
      expect.objectContaining({
        code: 'ERR_STORE_UNUSABLE',
        message: expect.stringContaining(
          `diskStore: cannot keep anything in ${join(path, 'cache')}: ENOTDIR`,
        ) as string,
      }),
    )
  })

  it('that is gone while it is used keeps nothing until it can be made again', async () => {
    const [parent, clock] = [folder(), manualClock(1000)]
    const path = join(parent, 'cache')
    const store = diskStore({ path, clock })
    await store.set('k', entryOf({ keptUntil: 1e9 }))
    rmSync(path, { recursive: true })
    writeFileSync(path, 'a file')
    clock.advance(1_001)
    expect(store.get('k')).toBeUndefined()
    expect(await store.set('k', entryOf({ keptUntil: 1e9 }))).toBe(false)
    expect(await store.stats()).toMatchObject({ entries: 0, bytes: 0 })
    expect(warnings).toEqual([expect.stringContaining(`${path} cannot be used any more`)])
    rmSync(path)
    mkdirSync(path)
    clock.advance(1_001)
    expect(await store.set('k', entryOf({ keptUntil: 1e9 }))).toBe(true)
    await store.close?.()
  })

  it.skipIf(process.getuid?.() !== 0)('that may only be read is an error at start', () => {
    const path = folder()
    chmodSync(path, 0o555)
    const script = `
      process.setuid(65534)
      const { diskStore } = await import(${JSON.stringify(join(import.meta.dirname, 'diskStore.ts'))})
      try { diskStore({ path: ${JSON.stringify(path)} }) } catch (error) { console.log(error.code, error.message) }`
    // Node 22 says that SQLite is experimental.
    const args = ['--conditions=@millrace/source', '--no-warnings', '-e', script]
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(`${stdout}${stderr}`).toBe(
      `ERR_STORE_UNUSABLE diskStore: cannot keep anything in ${path}: unable to open database file\n`,
    )
  })
})

const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount()

function tryMount(): boolean {
  try {
    execFileSync('mount', ['--version'], { stdio: 'ignore' })
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe.skipIf(!canMount)('a full disk', () => {
  it('loses what is kept, and gives neither an error nor an outdated answer; with room it works again', async () => {
    const path = join(folder(), 'small')
    mkdirSync(path)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', path])
    try {
      const clock = manualClock(1000)
      const store = diskStore({ path, clock })
      const large = (n: number) => entryOf({ result: { n, text: 'x'.repeat(200_000) }, tags: ['t'], keptUntil: 1e9 })
      expect(await store.set('k', large(1))).toBe(true)
      for (let n = 0; n < 40; n += 1) {
        const isKept = await store.set(`k${n % 10}`, large(n))
        const found = await store.get(`k${n % 10}`)
        expect(found?.result['n']).toBe(isKept ? n : undefined)
        clock.advance(100)
      }
      expect(warnings.length).toBeGreaterThan(0)
      fill(join(path, 'other'))
      await store.invalidate({ tags: ['t'] })
      for (let n = 0; n < 10; n += 1) expect(await store.get(`k${n}`)).toBeUndefined()
      await store.set('k', large(2))
      await store.delete('k')
      expect(await store.get('k')).toBeUndefined()
      rmSync(join(path, 'other'))
      clock.advance(1_001)
      await store.get('k')
      expect(await store.set('k', large(3))).toBe(true)
      expect((await store.get('k'))?.result['n']).toBe(3)
      await store.close?.()
    } finally {
      execFileSync('umount', ['-l', path])
    }
  })
})

const fill = (file: string): void => {
  try {
    for (;;) writeFileSync(file, 'x'.repeat(4_096), { flag: 'a' })
  } catch {
    // Full.
  }
}

describe('another process that is writing', () => {
  it('is waited for, and read beside', async () => {
    const [path, clock] = [folder(), manualClock(1000)]
    const store = diskStore({ path, clock })
    await store.set('k', entryOf())
    const other = lockedBy(path)
    const asked = store.set('k', entryOf({ result: { n: 2 } }))
    await settle()
    expect(await store.get('k')).toEqual(entryOf())
    other.exec('COMMIT')
    clock.advance(30)
    expect(await asked).toBe(true)
    expect((await store.get('k'))?.result).toEqual({ n: 2 })
    other.close()
    await store.close?.()
  })

  it('and never ends is left behind with its file', async () => {
    const [path, clock] = [folder(), manualClock(1000)]
    const store = diskStore({ path, clock })
    await store.set('k', entryOf({ keptUntil: 1e9, tags: ['t'] }))
    const other = lockedBy(path)
    const state = { isOver: false }
    const dropped = Promise.resolve(store.invalidate({ tags: ['t'] })).finally(() => (state.isOver = true))
    while (!state.isOver) {
      await settle()
      clock.advance(30)
    }
    expect(await dropped).toBe(0)
    expect(await store.get('k')).toBeUndefined()
    expect(await store.set('k', entryOf({ keptUntil: 1e9 }))).toBe(true)
    const third = diskStore({ path, clock })
    expect(await third.get('k')).toBeDefined()
    expect(warnings).toEqual([expect.stringContaining('database is locked')])
    other.close()
    await store.close?.()
    await third.close?.()
  }, 20_000)

  it('keeps what has expired a little longer', async () => {
    const [path, clock] = [folder(), manualClock(1000)]
    const store = diskStore({ path, clock })
    await store.set('k', entryOf())
    const other = lockedBy(path)
    clock.advance(3_000)
    expect(await store.stats()).toMatchObject({ entries: 1 })
    expect(await store.get('k')).toBeUndefined()
    other.exec('COMMIT')
    clock.advance(2_000)
    expect(await store.stats()).toMatchObject({ entries: 0, expirations: 1 })
    other.close()
    await store.close?.()
  })
})
