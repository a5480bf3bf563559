import type { Entry } from '@millrace/core'
import { manualClock } from '@millrace/core/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { entryOf } from '../fixtures/entries.ts'
import { remoteStore } from '../fixtures/remoteStore.ts'
import { settle } from '../fixtures/world.ts'
import { memoryStore } from '../memory/memoryStore.ts'
import { tiered } from './tiered.ts'

const keys = ['a', 'b', 'c'] as const
const tagsOf = { a: ['x'], b: ['x', 'y'], c: ['y'] }

const key = fc.constantFrom(...keys)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('get' as const), key }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('set' as const), key, bytes: fc.constantFrom(10, 1_000) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('delete' as const), key }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('invalidate' as const), tag: fc.constantFrom('x', 'y') }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('forget' as const) }) },
  { weight: 8, arbitrary: fc.record({ does: fc.constant('answer' as const), which: fc.nat(1), at: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('fail' as const), which: fc.nat(1), at: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('wait' as const), ms: fc.constantFrom(60, 200, 1_100) }) },
)

const versionOf = (entry: Entry): number => entry.result['version'] as number

const worldOf = () => {
  const clock = manualClock(1000)
  const near = memoryStore({ clock })
  const far = ['middle', 'bottom'].map((name) => Object.assign(remoteStore(true), { name }))
  for (const one of far) one.isHeld = true
  const [middle, bottom] = far as [(typeof far)[0], (typeof far)[0]]
  const store = tiered({ clock }, near, { store: middle, maxEntryBytes: 100 }, bottom)
  return { clock, near, far, store }
}

it('what was dropped is given by no tier again, in whatever order tiers answer, fail and are slow', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), async (steps) => {
      const { clock, near, far, store } = worldOf()
      const floors = new Map<string, number>()
      let version = 0
      const open: Array<Promise<unknown>> = []
      const look = async (name: string): Promise<void> => {
        const floor = floors.get(name) ?? 0
        const found = await store.get(name)
        if (found !== undefined) expect(versionOf(found), `${name} above ${floor}`).toBeGreaterThan(floor)
      }
      for (const one of steps) {
        if (one.does === 'get') open.push(look(one.key))
        else if (one.does === 'set') {
          version += 1
          const entry = { tags: tagsOf[one.key], bytes: one.bytes, freshUntil: 1e9, keptUntil: 1e9 }
          open.push(Promise.resolve(store.set(one.key, entryOf({ ...entry, result: { version } }))))
        } else if (one.does === 'delete') {
          floors.set(one.key, version)
          open.push(Promise.resolve(store.delete(one.key)))
        } else if (one.does === 'invalidate') {
          for (const name of keys) if (tagsOf[name].includes(one.tag)) floors.set(name, version)
          open.push(Promise.resolve(store.invalidate({ tags: [one.tag] })))
        } else if (one.does === 'forget') await near.clear()
        else if (one.does === 'wait') clock.advance(one.ms)
        else {
          const asked = far[one.which]?.asked ?? []
          const answered = asked[one.at % Math.max(asked.length, 1)]
          if (one.does === 'answer') answered?.run()
          else answered?.fail(new Error('down'))
        }
        await settle()
      }
      for (const one of far) {
        one.isHeld = false
        one.runAll()
      }
      for (let round = 0; round < 8; round += 1) {
        await settle()
        clock.advance(40_000)
        // What is asked of every tier, so that each is told what it missed.
        open.push(look(`nothing ${round}`))
        await settle()
      }
      await Promise.all(open)
      for (const name of keys) {
        const floor = floors.get(name) ?? 0
        for (const entry of [near.get(name) as Entry | undefined, ...far.map((one) => one.entries.get(name))])
          if (entry !== undefined) expect(versionOf(entry)).toBeGreaterThan(floor)
      }
    }),
    { numRuns: 150 },
  )
}, 60_000)
