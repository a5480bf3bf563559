import type { Leased } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { fleetOf } from '../fixtures/fleet.ts'
import { eventsOf, resultOf } from '../fixtures/world.ts'

describe('a store whose leases fail', () => {
  it('is loaded past at once, and when it fails while somebody waits', async () => {
    const { a, b, pass } = fleetOf()
    a.send()
    await a.handler.arrived(1)
    const waiting = b.send()
    await pass(10)
    b.store.isDown = true
    const events = await eventsOf(() => pass(10))
    expect(events[0]).toMatchObject({ type: 'cache.failed', during: 'lease', tier: 'leasing' })
    b.handler.calls[0]?.resolve(resultOf(2))
    expect(await waiting.answer).toEqual(resultOf(2))
    const other = b.send({ input: { n: 2 } })
    await b.handler.arrived(2)
    b.handler.calls[1]?.resolve(resultOf(3))
    expect(await other.answer).toEqual(resultOf(3))
  })

  it('and hangs holds a call up once', async () => {
    const { a, pass } = fleetOf()
    a.store.lease = () => new Promise<never>(() => {})
    const first = a.send()
    await pass(281)
    expect(a.handler.calls).toHaveLength(1)
    a.handler.calls[0]?.resolve(resultOf(1))
    expect(await first.answer).toEqual(resultOf(1))
    a.send({ input: { n: 2 } })
    await a.handler.arrived(2)
  })

  it('and answers late that another has the turn is asked no more when the call was cancelled meanwhile', async () => {
    const { a, clock, pass } = fleetOf()
    const asked: Array<() => void> = []
    a.store.lease = () => new Promise((resolve) => asked.push(() => resolve({ state: 'taken' })))
    const waiting = a.send()
    await pass(1)
    waiting.call.abort(new Error('left'))
    await expect(waiting.answer).rejects.toThrow('left')
    const unhandled: unknown[] = []
    const note = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', note)
    asked[0]?.()
    await pass(100)
    process.off('unhandledRejection', note)
    expect([asked.length, unhandled, a.handler.calls.length, clock.timers]).toEqual([1, [], 0, 0])
  })

  it.each<[string, unknown]>([
    ['null', null],
    ['text', 'granted'],
    ['a lease that is none', { state: 'granted', lease: {} }],
    ['no lease', { state: 'granted' }],
    ['an entry that is none', { state: 'stored', entry: {} }],
    ['a state nobody knows', { state: 'perhaps' }],
    ['nothing', undefined],
    ['an entry past its end', { state: 'stored', entry: undefined }],
  ])('or give %s is loaded past', async (_, answer) => {
    const { a } = fleetOf()
    a.store.lease = () => answer as Leased
    const { answer: given } = a.send()
    await a.handler.arrived(1)
    a.handler.calls[0]?.resolve(resultOf(1))
    expect(await given).toEqual(resultOf(1))
  })

  it('gives an entry that is not fresh any more: it is loaded anew', async () => {
    const { a, b, server, pass } = fleetOf()
    a.send()
    await a.handler.arrived(1)
    a.handler.calls[0]?.resolve(resultOf(1))
    await pass(1)
    const [entry] = server.entries.values()
    server.entries.clear()
    b.store.lease = () => ({ state: 'stored', entry: { ...entry!, freshUntil: 0 } })
    b.send()
    await b.handler.arrived(1)
  })
})
