import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, it } from 'vitest'
import { folders } from '../fixtures/folders.ts'
import { numbered } from '../fixtures/numbered.ts'
import { diskStore } from './diskStore.ts'

const folder = folders()
const times = Number(process.env['MILLRACE_KILLS'] ?? 10)
const running = new Set<{ kill(signal: 'SIGKILL'): unknown }>()

afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** A process that writes to the store of a folder, and what it was told to be done. */
const writer = (path: string, seed: string) => {
  const script = join(import.meta.dirname, '..', 'fixtures', 'diskWriter.ts')
  const child = spawn(process.execPath, ['--conditions=@millrace/source', script, path, seed], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.add(child)
  const gone = once(child, 'exit').then(() => {
    throw new Error('it ended by itself')
  })
  gone.catch(() => {})
  const done = new Map<string, { readonly what: string; readonly n: number }>()
  const wrong: string[] = []
  let lines = 0
  let awaited = { lines: Infinity, arrived: () => {} }
  createInterface(child.stdout).on('line', (line) => {
    const [what = '', key = '', n] = line.split(' ')
    if (what === 'wrong') wrong.push(line)
    else done.set(key, { what, n: Number(n) })
    lines += 1
    if (lines >= awaited.lines) awaited.arrived()
  })
  return {
    done,
    wrong,
    wrote: (count: number): Promise<void> =>
      Promise.race([
        gone,
        new Promise<void>((resolve) => {
          awaited = { lines: lines + count, arrived: resolve }
        }),
      ]),
    kill: async (): Promise<void> => {
      child.kill('SIGKILL')
      await once(child, 'close')
      running.delete(child)
    },
  }
}

it(
  `a process killed while it writes, ${times} times, leaves nothing wrong, loses nothing and hurts no other`,
  async () => {
    const path = folder()
    const store = diskStore({ path })
    const survivor = writer(path, 'survivor')
    for (let time = 0; time < times; time += 1) {
      const seed = `victim${time % 3}`
      const victim = writer(path, seed)
      await victim.wrote(1 + ((time * 379) % 2_000))
      await victim.kill()
      expect(victim.wrong).toEqual([])
      for (const [key, { what, n }] of victim.done) {
        const found = await store.get(key)
        if (found === undefined) continue
        expect(numbered.isWhole(key, found), key).toBe(true)
        expect(found.result['n'], key).toBeGreaterThanOrEqual(what === 'set' ? n : n + 1)
      }
      const kept = [...victim.done].filter(([, { what }]) => what === 'set')
      const there = await Promise.all(kept.map(async ([key]) => store.get(key)))
      // One more may have been deleted than was told.
      expect(there.filter((found) => found === undefined).length).toBeLessThan(20)
      expect(await store.set('still', numbered.entry('still', time))).toBe(true)
    }
    await survivor.wrote(100)
    await survivor.kill()
    expect(survivor.wrong).toEqual([])
    await store.close?.()
  },
  30_000 + times * 3_000,
)
