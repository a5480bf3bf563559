import type { Counters, Maybe, SharedSlot, SlotSeeker } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { pairOf } from '../fixtures/counters.ts'
import { eventually, world } from '../fixtures/world.ts'

const pair = pairOf(world())
const all = { limit: 'queue', key: '' }

const occupy = (counters: Counters, max: number, asking: Partial<SlotSeeker> = {}): Maybe<SharedSlot | undefined> =>
  counters.occupy(all, max, { by: 'somebody', waitedMs: 0, ...asking })

describe('slots that processes share', () => {
  it('are so many, and free again when they are released', async () => {
    const { a, b } = pair()
    const slots = [await occupy(a, 2), await occupy(b, 2)]
    expect([await occupy(a, 2), await occupy(b, 2)]).toEqual([undefined, undefined])
    expect(await b.occupy({ ...all, limit: 'other' }, 2, { by: 'b', waitedMs: 0 })).toBeDefined()
    await slots[0]!.release()
    await slots[0]!.release()
    expect(await occupy(b, 2)).toBeDefined()
    expect(await occupy(b, 2)).toBeUndefined()
    expect(await occupy(b, Infinity)).toBeDefined()
  })

  it('are free again when nobody renews them, and stay taken while somebody does', async () => {
    const { a, b } = pair({ leaseMs: 200 })
    const kept = (await occupy(a, 2)) as SharedSlot
    const left = (await occupy(a, 2)) as SharedSlot
    const startedAt = performance.now()
    let taken: unknown
    while (taken === undefined && performance.now() - startedAt < 5_000) {
      expect(await kept.renew()).toBe(true)
      taken = await occupy(b, 2)
    }
    expect(performance.now() - startedAt).toBeGreaterThan(150)
    expect(await left.renew()).toBe(false)
    await left.release()
    expect(await kept.renew()).toBe(true)
  })

  it('are kept for as long as the longest lease, where processes have others', async () => {
    const { a, run, root } = pair({ leaseMs: 10_000 })
    const { b } = pair({ leaseMs: 100, namespace: root })
    await occupy(a, 2)
    const brief = (await occupy(b, 2)) as SharedSlot
    await brief.renew()
    expect(await run((client) => client.pttl(`${root}:s:5:queue:k:`))).toBeGreaterThan(5000)
  })

  it('are there in place of garbage, and leave nothing behind', async () => {
    const { a, run, root } = pair({ leaseMs: 100 })
    await run((client) => client.set(`${root}:s:5:queue:k:`, 'garbage'))
    expect(await occupy(a, 1)).toBeDefined()
    expect(await occupy(a, 1)).toBeUndefined()
    await eventually(async () => (await run((client) => client.exists(`${root}:s:5:queue:k:`))) === 0, 'they are gone')
  })

  it('go to who has waited for longest, when only one is free', async () => {
    const { a, b } = pair()
    const [first, second] = [await occupy(a, 2), await occupy(a, 2)]
    expect(await occupy(a, 2, { by: 'young', waitedMs: 1000 })).toBeUndefined()
    expect(await occupy(b, 2, { by: 'old one', waitedMs: 5000 })).toBeUndefined()
    expect(await occupy(a, 2, { by: 'young', waitedMs: 1000 })).toBeUndefined()
    await first!.release()
    expect(await occupy(a, 2, { by: 'young', waitedMs: 1000 })).toBeUndefined()
    expect(await occupy(b, 2, { by: 'old one', waitedMs: 5000 })).toBeDefined()
    expect(await occupy(a, 2, { by: 'young', waitedMs: 1000 })).toBeUndefined()
    await second!.release()
    expect(await occupy(b, 2, { by: 'old one', waitedMs: 0 })).toBeUndefined()
    expect(await occupy(a, 2, { by: 'young', waitedMs: 1000 })).toBeDefined()
  })

  it('go to anybody who has waited for longer still, or when two are free', async () => {
    const { a, b } = pair()
    const slots = [await occupy(a, 2), await occupy(a, 2)]
    expect(await occupy(a, 2, { by: 'old', waitedMs: 60_000 })).toBeUndefined()
    await slots[0]!.release()
    const elder = await occupy(b, 2, { by: 'older', waitedMs: 120_000 })
    expect(elder).toBeDefined()
    expect(await occupy(a, 2, { by: 'old', waitedMs: 60_000 })).toBeUndefined()
    await slots[1]!.release()
    await elder!.release()
    expect(await occupy(b, 2, { by: 'new' })).toBeDefined()
    expect(await occupy(b, 2, { by: 'new' })).toBeUndefined()
    expect(await occupy(a, 2, { by: 'old', waitedMs: 60_000 })).toBeDefined()
  })

  it('are kept for nobody who has stopped asking', async () => {
    const { a, b } = pair()
    const slot = await occupy(a, 1)
    expect(await occupy(a, 1, { by: 'gone', waitedMs: 60_000 })).toBeUndefined()
    await slot!.release()
    const startedAt = performance.now()
    await eventually(async () => (await occupy(b, 1, { by: 'there' })) !== undefined, 'it has the slot')
    expect(performance.now() - startedAt).toBeLessThan(5000)
  })
})
