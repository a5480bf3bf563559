import { faultProxy } from '@millrace/core/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { redisServer } from '../readme/redis.ts'
import type { RedisServer } from '../readme/redis.ts'
import { eventually, start } from './fixtures/fleet.ts'
import type { Member } from './fixtures/fleet.ts'
import type { Ending, Order } from './fixtures/loader.ts'

let server: RedisServer
let direct: RedisServer
beforeAll(async () => {
  ;[server, direct] = await Promise.all([redisServer(), redisServer()])
}, 120_000)
afterAll(async () => {
  await Promise.all([server.remove(), direct.remove()])
})

const leaseMs = 600
let count = 0

/** Processes with one cache in Redis, and a key of their own. */
const fleet = async (size: number, isTiered: boolean, url = server.url) => {
  const options = { url, direct: direct.url, leaseMs, commandMs: 300, isTiered }
  const members = await Promise.all(Array.from({ length: size }, () => start<Order>('loader.ts', options)))
  const input = `key ${(count += 1)}`
  const call = (member: Member<Order>, order: { count?: number; loadMs?: number; giveMs?: number } = {}) =>
    member.tell<Ending[]>({ does: 'call', input, count: 1, loadMs: 100, ...order })
  const hasBegun = (member: Member<Order>) => eventually(() => member.said.length > 0, 'it has begun to load')
  return { members, call, hasBegun, input }
}

const textsOf = async (asked: { readonly answer: Promise<Ending[]> }) => (await asked.answer).map(({ text }) => text)

const places: ReadonlyArray<[string, boolean]> = [
  ['in Redis', false],
  ['in memory and Redis', true],
]

describe.each(places)('processes that share a cache with leases %s', { timeout: 60_000 }, (_, isTiered) => {
  test('make one load of 100 calls for one missing key', async () => {
    const { members, call, input } = await fleet(4, isTiered)
    const asked = members.map((member) => call(member, { count: 25 }))
    const texts = (await Promise.all(asked.map(textsOf))).flat()
    expect(texts).toEqual(Array.from({ length: 100 }, () => `${input} 1`))
    expect(members.flatMap(({ said }) => said)).toHaveLength(1)
  })

  test('take over from one that was killed, one of them, when its lease has ended', async () => {
    const { members, call, hasBegun, input } = await fleet(4, isTiered)
    const [holder, ...others] = members as [Member<Order>, ...Member<Order>[]]
    call(holder, { loadMs: 60_000 })
    await hasBegun(holder)
    const asked = others.map((member) => call(member, { count: 5 }))
    await holder.kill()
    const killedAt = performance.now()
    const texts = (await Promise.all(asked.map(textsOf))).flat()
    expect(performance.now() - killedAt).toBeLessThan(leaseMs + 3_000)
    expect(texts).toEqual(Array.from({ length: 15 }, () => `${input} 2`))
  })

  test('keep what was stored after one stood still for longer than its lease, and not what that one brings', async () => {
    const { members, call, hasBegun, input } = await fleet(3, isTiered)
    const [holder, other, third] = members as [Member<Order>, Member<Order>, Member<Order>]
    const late = call(holder, { loadMs: 300 })
    await hasBegun(holder)
    holder.freeze()
    expect(await textsOf(call(other))).toEqual([`${input} 2`])
    holder.thaw()
    expect(await textsOf(late)).toEqual([`${input} 1`])
    expect(await textsOf(call(third))).toEqual([`${input} 2`])
    expect(await textsOf(call(holder))).toEqual([`${input} 2`])
  })

  test('do not keep what was invalidated while the one that loads it stood still', async () => {
    const { members, call, hasBegun, input } = await fleet(3, isTiered)
    const [holder, other, third] = members as [Member<Order>, Member<Order>, Member<Order>]
    const late = call(holder, { loadMs: 300 })
    await hasBegun(holder)
    holder.freeze()
    expect(await textsOf(call(other))).toEqual([`${input} 2`])
    expect(await other.tell<number>({ does: 'invalidate' }).answer).toBeGreaterThan(0)
    holder.thaw()
    await late.answer
    expect(await textsOf(call(third))).toEqual([`${input} 3`])
  })

  test('wait no longer than their callers do', async () => {
    const { members, call, hasBegun } = await fleet(2, isTiered)
    const [holder, other] = members as [Member<Order>, Member<Order>]
    call(holder, { loadMs: 60_000 })
    await hasBegun(holder)
    const [ending] = (await call(other, { giveMs: 300 }).answer) as [Ending]
    expect(ending.error).toBe('ERR_TIMED_OUT')
    expect(ending.ms).toBeGreaterThanOrEqual(299)
    expect(ending.ms).toBeLessThan(1_000)
    expect(other.said).toEqual([])
  })
})

describe('each process loads once for itself, and no call fails, while Redis', { timeout: 60_000 }, () => {
  const broken: ReadonlyArray<[string, (proxy: Awaited<ReturnType<typeof faultProxy>>) => Promise<void> | void]> = [
    ['refuses', async (proxy) => (await proxy.refuse(), proxy.reset())],
    ['is frozen', (proxy) => proxy.freeze()],
    ['is half-open', (proxy) => proxy.halfOpen()],
    ['answers later than it may', (proxy) => proxy.slow(1_000)],
    ['answers garbage', (proxy) => proxy.inject(Buffer.from('!!!\r\n?garbage\r\n'))],
  ]
  const cases = places.flatMap(([place, isTiered]) =>
    broken.map(([what, breakIt]) => [what, place, isTiered, breakIt] as const),
  )
  test.each(cases)('%s, from the start or while they wait for another, %s', async (_, __, isTiered, breakIt) => {
    const proxy = await faultProxy({ host: '127.0.0.1', port: Number(new URL(server.url).port) })
    onTestFinished(() => proxy.close())
    const { members, call, hasBegun } = await fleet(2, isTiered, `redis://${proxy.host}:${proxy.port}`)
    const [holder, other] = members as [Member<Order>, Member<Order>]
    const first = call(holder, { count: 10, loadMs: 1_500 })
    await hasBegun(holder)
    const waiting = call(other, { count: 10 })
    await breakIt(proxy)
    const endings = (await Promise.all([first.answer, waiting.answer])).flat()
    expect(endings.filter(({ text }) => text === undefined)).toEqual([])
    expect(members.flatMap(({ said }) => said).length).toBeLessThanOrEqual(2)
    expect(Math.max(...(await waiting.answer).map(({ ms }) => ms))).toBeLessThan(4_000)
    await proxy.heal()
  })

  test('is killed, and share again when it is back', async () => {
    const own = await redisServer()
    onTestFinished(() => own.remove())
    const { members, call, input } = await fleet(4, false, own.url)
    await own.kill()
    const alone = (await Promise.all(members.map((member) => textsOf(call(member, { count: 5 }))))).flat()
    expect(new Set(alone)).toEqual(new Set([1, 2, 3, 4].map((n) => `${input} ${n}`)))
    await own.start()
    await eventually(async () => {
      const texts = (await Promise.all(members.map((member) => textsOf(call(member))))).flat()
      return new Set(texts).size === 1
    }, 'they share again')
  })
})
