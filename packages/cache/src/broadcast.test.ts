import type { Bus, BusMessage } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { remoteStore } from './fixtures/remoteStore.ts'
import { eventsOf, resultOf, settle, worldOf } from './fixtures/world.ts'

/** A bus to any number of processes, and what went over it. */
const wire = (): { member(): Bus; readonly sent: BusMessage[] } => {
  const listeners = new Map<Bus, (message: BusMessage) => void>()
  const sent: BusMessage[] = []
  const member = (): Bus => {
    const bus: Bus = {
      publish: (message) => {
        sent.push(message)
        for (const [other, listener] of listeners) if (other !== bus) listener(message)
      },
      subscribe: (listener) => {
        listeners.set(bus, listener)
        return () => listeners.delete(bus)
      },
    }
    return bus
  }
  return { member, sent }
}

const twoProcesses = () => {
  const { member, sent } = wire()
  const rules = { ttlMs: 1000, tags: ['t'] }
  return { a: worldOf({ ...rules, bus: member() }), b: worldOf({ ...rules, bus: member() }), sent }
}

describe('a cache with a bus', () => {
  it.each([
    ['tags', { tags: ['t'] }],
    ['an operation', { operation: fakeCall().operation }],
    ['a principal', { principal: 'ann' }],
  ])('drops in every process what one invalidates by %s', async (_, what) => {
    const { a, b } = twoProcesses()
    await b.load({ principal: 'ann' }, resultOf('old'))
    await a.cache.invalidate(what)
    expect(await b.load({ principal: 'ann' }, resultOf('new'))).toEqual(resultOf('new'))
    expect(b.handler.calls).toHaveLength(2)
  })

  it('drops single entries and everything in every process, and says so once', async () => {
    const { a, b, sent } = twoProcesses()
    await b.load()
    const { call } = b.send()
    const key = b.cache.keyOf(call) as string
    await a.cache.invalidate({ key })
    expect((await b.cache.stats()).entries).toBe(0)
    await b.load()
    await a.cache.clear()
    expect((await b.cache.stats()).entries).toBe(0)
    expect(sent).toEqual([
      { type: 'delete', key },
      { type: 'invalidate', match: {} },
    ])
  })

  it('keeps nothing that was being loaded while another process invalidated it', async () => {
    const { a, b } = twoProcesses()
    const early = b.send()
    const { resolve } = await b.arrived(0)
    await a.cache.invalidate({ tags: ['t'] })
    resolve(resultOf('outdated'))
    await early.answer
    expect((await b.cache.stats()).entries).toBe(0)
  })

  it('leaves a store that processes share to whoever invalidates, and trusts no lookup that was under way', async () => {
    const { member } = wire()
    const store = remoteStore(true)
    const options = { ttlMs: 1000, tags: ['t'] }
    const b = worldOf({ ...options, store, bus: member() })
    const other = member()
    await b.load()
    await settle()
    await other.publish({ type: 'clear' })
    await settle()
    expect(store.entries.size).toBe(1)
    store.isHeld = true
    const looking = b.send()
    await other.publish({ type: 'invalidate', match: { tags: ['t'] } })
    store.runAll()
    store.isHeld = false
    const { resolve } = await b.arrived(1)
    resolve(resultOf('new'))
    expect(await looking.answer).toEqual(resultOf('new'))
  })

  it('says when others could not be told, and has dropped here all the same', async () => {
    const error = new Error('the bus is down')
    const bus: Bus = { publish: () => Promise.reject(error), subscribe: () => () => {} }
    const world = worldOf({ ttlMs: 1000, tags: ['t'], bus })
    await world.load()
    const events = await eventsOf(async () => {
      expect(await world.cache.invalidate({ tags: ['t'] })).toBe(1)
      await settle()
    })
    expect(events.filter(({ type }) => type === 'cache.failed')).toMatchObject([{ during: 'publish', error }])
  })

  it('takes nothing else for a bus', () => {
    expect(() => worldOf({ ttlMs: 1, bus: {} as Bus })).toThrow('cached.bus must be a bus (with publish, subscribe)')
  })
})
