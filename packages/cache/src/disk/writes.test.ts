import { manualClock } from '@millrace/core/testing'
import { expect, it } from 'vitest'
import { settle } from '../fixtures/world.ts'
import { Writes } from './writes.ts'

const busy = Object.assign(new Error('database is locked'), { errcode: 5 })

const worldOf = () => {
  const clock = manualClock()
  const done: string[] = []
  const faults: unknown[] = []
  let transactions = 0
  const writes = new Writes(clock, (act) => {
    transactions += 1
    const fault = faults.shift()
    if (fault !== undefined) throw fault
    const before = done.length
    try {
      act()
    } catch (error) {
      done.length = before
      throw error
    }
  })
  const write = (name: string) => writes.add(() => done.push(name))
  return { clock, done, faults, writes, write, count: () => transactions }
}

it('writes many in one transaction, in order, and says what each came to', async () => {
  const world = worldOf()
  const asked = ['a', 'b', 'c'].map(world.write)
  expect(world.done).toEqual([])
  expect(await Promise.all(asked)).toEqual([1, 2, 3])
  expect(world.done).toEqual(['a', 'b', 'c'])
  expect(world.count()).toBe(1)
})

it('bounds a transaction', async () => {
  const world = worldOf()
  await Promise.all(Array.from({ length: 70 }, (_, n) => world.write(`${n}`)))
  expect(world.count()).toBe(3)
})

it('tries again what came while another process was at it, before what came later', async () => {
  const world = worldOf()
  world.faults.push(busy, busy)
  const asked = [world.write('a'), world.write('b')]
  await settle()
  const later = world.write('c')
  await settle()
  expect(world.done).toEqual([])
  expect(world.clock.timers).toBe(1)
  world.clock.advance(30)
  await settle()
  world.clock.advance(30)
  await Promise.all([...asked, later])
  expect(world.done).toEqual(['a', 'b', 'c'])
  expect(world.clock.timers).toBe(0)
})

it('gives up in the end', async () => {
  const world = worldOf()
  world.faults.push(...Array.from({ length: 201 }, () => busy))
  const asked = world.write('a').catch((error: unknown) => error)
  for (let tries = 0; tries < 205; tries += 1) {
    await settle()
    world.clock.advance(30)
  }
  expect(await asked).toBe(busy)
  expect(await world.write('b')).toBe(1)
})

it('fails the one that cannot be written, and none that came with it', async () => {
  const world = worldOf()
  const bad = world.writes.add(() => {
    throw new Error('no')
  })
  const asked = [world.write('a'), bad.catch((error: Error) => error.message), world.write('b')]
  expect(await Promise.all(asked)).toEqual([1, 'no', 2])
  expect(world.done).toEqual(['a', 'b'])
  await expect(
    world.writes.add(() => {
      throw undefined
    }),
  ).rejects.toThrow('nothing was said')
})
