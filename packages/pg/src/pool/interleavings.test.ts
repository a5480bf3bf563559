import fc from 'fast-check'
import { expect, it } from 'vitest'
import { heldPool, turn, want } from '../fixtures/heldSource.ts'
import type { HeldPool, Wanting } from '../fixtures/heldSource.ts'

type Step =
  | { readonly do: 'want' | 'openOk' | 'openFail' | 'probeOk' | 'probeFail'; readonly n: number }
  | { readonly do: 'give' | 'break' | 'lose'; readonly n: number }
  | { readonly do: 'advance' | 'resize'; readonly n: number }

const kinds = ['want', 'want', 'openOk', 'openFail', 'probeOk', 'probeFail', 'give', 'give', 'break', 'lose', 'advance']

const step = fc.record({ do: fc.constantFrom(...kinds, 'resize'), n: fc.nat(1_000) }) as fc.Arbitrary<Step>

const plan = fc.record({
  min: fc.integer({ min: 0, max: 2 }),
  max: fc.integer({ min: 2, max: 4 }),
  maxWaiting: fc.integer({ min: 0, max: 5 }),
  waitMs: fc.constantFrom(50, Infinity),
  idleMs: fc.constantFrom(100, Infinity),
  lifetimeMs: fc.constantFrom(300, Infinity),
  maxUses: fc.constantFrom(3, Infinity),
  probeAfterMs: fc.constantFrom(40, Infinity),
})

const at = <Item>(items: readonly Item[], n: number): Item | undefined => items[n % items.length]

const holders = (wanted: readonly Wanting[], given: ReadonlySet<Wanting>): Wanting[] =>
  wanted.filter((one) => one.member !== undefined && !given.has(one))

const take = async (world: HeldPool, wanted: Wanting[], given: Set<Wanting>, { do: what, n }: Step): Promise<void> => {
  const { pool, opening, probing, things, clock } = world
  if (what === 'want') wanted.push(want(pool))
  else if (what === 'advance') clock.advance(n % 120)
  else if (what === 'resize') pool.resize(1 + (n % 5))
  else if (what === 'lose') at(things, n)?.lose(new Error('lost'))
  else if (what === 'openOk') opening.shift()?.resolve()
  else if (what === 'openFail') opening.shift()?.reject(new Error('refused'))
  else if (what === 'probeOk') probing.shift()?.resolve()
  else if (what === 'probeFail') probing.shift()?.reject(new Error('silent'))
  else {
    const holder = at(holders(wanted, given), n)
    if (holder === undefined) return
    given.add(holder)
    pool.give(holder.member!, what === 'give')
  }
}

const isSound = (world: HeldPool, wanted: readonly Wanting[], given: ReadonlySet<Wanting>, limit: number): void => {
  const { pool, things, clock } = world
  const inUse = holders(wanted, given).map(({ id }) => id)
  // Nobody shares a connection, and nobody has one that is closed.
  expect(new Set(inUse).size).toBe(inUse.length)
  for (const id of inUse) expect(things[id!]?.isClosed).toBe(false)
  expect(pool.busy).toBe(inUse.length)
  expect(pool.numbers.size).toBe(things.filter(({ isClosed }) => !isClosed).length)
  expect(pool.numbers.waiting).toBe(wanted.filter(({ member, error }) => !member && !error).length)
  expect(pool.numbers.size).toBeLessThanOrEqual(limit)
  // Who waits is waiting for something.
  if (pool.numbers.waiting > 0 && pool.busy === 0)
    expect(world.opening.length + world.probing.length + (clock.timers > 0 ? 1 : 0)).toBeGreaterThan(0)
  // One for all that idle, at most one for each who waits.
  expect(clock.timers).toBeLessThanOrEqual(1 + pool.numbers.waiting)
}

it('whatever happens in whatever order: one user a connection, never too many, nobody forgotten, nothing leaked', async () => {
  await fc.assert(
    fc.asyncProperty(plan, fc.array(step, { maxLength: 60 }), async (given, steps) => {
      const world = heldPool(given)
      const [wanted, back] = [[] as Wanting[], new Set<Wanting>()]
      let most = given.max
      for (const one of steps) {
        await take(world, wanted, back, one)
        if (one.do === 'resize') most = Math.max(most, 1 + (one.n % 5))
        await turn()
        isSound(world, wanted, back, most)
      }
      const closed = world.pool.close(0)
      for (const attempt of [...world.opening, ...world.probing]) attempt.resolve()
      world.clock.advance(0)
      await closed
      expect(world.things.every(({ isClosed }) => isClosed)).toBe(true)
      expect(wanted.every(({ member, error }) => (member === undefined) !== (error === undefined))).toBe(true)
      expect(world.clock.timers).toBe(0)
    }),
    { numRuns: 150 },
  )
})
