import type { Entry } from '@millrace/core'
import { manualClock } from '@millrace/core/testing'
import { expect, it } from 'vitest'
import { entryOf } from '../fixtures/entries.ts'
import { remoteStore } from '../fixtures/remoteStore.ts'
import { settle } from '../fixtures/world.ts'
import { memoryStore } from '../memory/memoryStore.ts'
import { tiered } from './tiered.ts'
import type { TieredStore } from './tieredStore.ts'

const entry = entryOf({ tags: ['t'], freshUntil: 1e9, keptUntil: 1e9 })

const worldOf = () => {
  const clock = manualClock(1000)
  const near = memoryStore({ clock })
  const middle = Object.assign(remoteStore(true), { name: 'middle' })
  const bottom = Object.assign(remoteStore(true), { name: 'bottom' })
  return { clock, near, middle, bottom, store: tiered({ clock }, near, middle, bottom) as TieredStore }
}

it('drops from the nearest tier at once, and then from the bottom up', async () => {
  const { near, middle, bottom, store } = worldOf()
  await store.set('k', entry)
  middle.isHeld = true
  bottom.isHeld = true
  const dropped = store.invalidate({ tags: ['t'] })
  expect(near.get('k')).toBeUndefined()
  await settle()
  expect([middle.asked.length, bottom.asked.length]).toEqual([0, 1])
  bottom.runAll()
  await settle()
  expect(middle.asked.map(({ what }) => what)).toEqual(['invalidate'])
  middle.runAll()
  expect(await dropped).toBe(1)
})

it('gives nobody what was found before it was dropped and comes after', async () => {
  const clock = manualClock(1000)
  const near = memoryStore({ clock })
  const far = remoteStore(true)
  let arrive = (): void => {}
  far.get = () =>
    new Promise<Entry>((resolve) => {
      arrive = () => resolve(entry)
    })
  const store = tiered({ clock }, near, far)
  far.isHeld = true
  const dropped = store.invalidate({ tags: ['t'] })
  await settle()
  const found = store.get('k')
  far.runAll()
  await dropped
  arrive()
  expect(await found).toBeUndefined()
  expect(near.get('k')).toBeUndefined()
})

it('gives nobody what is being written when it is dropped', async () => {
  const far = remoteStore(true)
  const store = tiered({ clock: manualClock(1000) }, far)
  far.isHeld = true
  const written = store.set('k', entry)
  const dropped = store.delete('k')
  const found = store.get('k')
  far.runAll()
  await settle()
  far.runAll()
  expect(await found).toBeUndefined()
  await Promise.all([written, dropped])
  expect(far.entries.size).toBe(0)
})

it('gives what was put in place of what it was still looking for', async () => {
  const { near, bottom, middle, store } = worldOf()
  await store.set('k', entry)
  await near.clear()
  middle.isHeld = true
  const found = store.get('k')
  const newer = { ...entry, result: { n: 2 } }
  const written = store.set('k', newer)
  middle.runAll()
  expect(await found).toEqual(newer)
  await written
  expect(near.get('k')).toEqual(newer)
  expect(bottom.entries.get('k')).toEqual(newer)
})

it('forgets what another process has dropped, and what it has brought up or is bringing up meanwhile', async () => {
  const { near, middle, bottom, store } = worldOf()
  await bottom.set('before', entry)
  await bottom.set('meanwhile', entry)
  await store.get('before')
  await settle()
  middle.isHeld = true
  const found = store.get('meanwhile')
  middle.runAll()
  await found
  // Another process has dropped them from what is shared, and the write on its way comes after that.
  bottom.entries.clear()
  store.hear({ match: { tags: ['t'] } })
  middle.runAll()
  await settle()
  middle.runAll()
  await settle()
  middle.runAll()
  expect([near.get('before'), near.get('meanwhile')]).toEqual([undefined, undefined])
  expect([...middle.entries.keys()]).toEqual([])
})

it('remembers a bounded number of what it has brought up', async () => {
  const { middle, bottom, store } = worldOf()
  for (let n = 0; n < 600; n += 1) bottom.entries.set(`k${n}`, entry)
  for (let n = 0; n < 600; n += 1) await store.get(`k${n}`)
  await settle()
  expect(middle.entries.size).toBe(600)
  store.hear({ match: { tags: ['t'] } })
  await settle()
  expect(middle.entries.size).toBe(100)
})
