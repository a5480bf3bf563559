import { faultProxy } from '@millrace/core/testing'
import { redis } from '@millrace/redis'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { redisServer } from '../readme/redis.ts'
import type { RedisServer } from '../readme/redis.ts'
import { eventually, start } from './fixtures/fleet.ts'
import type { Member } from './fixtures/fleet.ts'
import type { Order, Tally } from './fixtures/limited.ts'

let server: RedisServer
let direct: RedisServer
beforeAll(async () => {
  ;[server, direct] = await Promise.all([redisServer(), redisServer()])
}, 120_000)
afterAll(async () => {
  await Promise.all([server.remove(), direct.remove()])
})

const calls = 200
const burst = 20
const slots = 5

const fleet = (size: number, url = server.url): Promise<readonly Member<Order>[]> =>
  Promise.all(
    Array.from({ length: size }, () => start<Order>('limited.ts', { url, direct: direct.url, calls, burst, slots })),
  )

const sum = (tallies: readonly Tally[], what: 'through' | 'refused') =>
  tallies.reduce((total, tally) => total + tally[what], 0)

/** All processes call for so long. */
const rush = async (members: readonly Member<Order>[], ms: number) => {
  const order = { does: 'rate', until: Date.now() + ms, callers: 5 } as const
  const tallies = await Promise.all(members.map((member) => member.tell<Tally>(order).answer))
  expect(tallies.flatMap(({ others }) => others)).toEqual([])
  return tallies
}

test('4 processes share one rate within 5 %', { timeout: 60_000 }, async () => {
  const members = await fleet(4)
  const tallies = await rush(members, 4_000)
  const allowed = burst + 4 * calls
  expect(sum(tallies, 'through')).toBeGreaterThanOrEqual(allowed * 0.95)
  expect(sum(tallies, 'through')).toBeLessThanOrEqual(allowed * 1.05)
  expect(sum(tallies, 'refused')).toBeGreaterThan(100)
})

const faults: ReadonlyArray<[string, (proxy: Awaited<ReturnType<typeof faultProxy>>) => Promise<void> | void]> = [
  ['refuses', async (proxy) => (await proxy.refuse(), proxy.reset())],
  ['is frozen', (proxy) => proxy.freeze()],
  ['is half-open', (proxy) => proxy.halfOpen()],
  ['answers later than it may', (proxy) => proxy.slow(1_000)],
  ['answers garbage', (proxy) => proxy.inject(Buffer.from('!!!\r\n?garbage\r\n'))],
]

test.each(faults)(
  'no call fails or waits long while Redis %s, and each process keeps to the rate',
  { timeout: 60_000 },
  async (_, breakIt) => {
    const proxy = await faultProxy({ host: '127.0.0.1', port: Number(new URL(server.url).port) })
    onTestFinished(() => proxy.close())
    const members = await fleet(2, `redis://${proxy.host}:${proxy.port}`)
    await rush(members, 300)
    const rushing = rush(members, 2_000)
    await breakIt(proxy)
    for (const { through, slowestMs } of await rushing) {
      expect(through).toBeGreaterThan(calls * 0.9)
      expect(through).toBeLessThanOrEqual((burst + 2 * calls) * 1.05)
      expect(slowestMs).toBeLessThan(1_000)
    }
    await proxy.heal()
    // When it is back they share again: no more than one rate for both.
    await eventually(async () => sum(await rush(members, 500), 'through') <= (burst + 0.5 * calls) * 1.05, 'they share')
  },
)

test('processes share slots, and those of one that was killed come back', { timeout: 60_000 }, async () => {
  const members = await fleet(4)
  const { connection: counts } = redis({ connection: direct.url })
  onTestFinished(() => counts.close(0))
  const order = { does: 'slots', until: Date.now() + 4_000, callers: 5, runMs: 50 } as const
  const answers = members.slice(1).map((member) => member.tell<Tally>(order).answer)
  members[0]!.tell({ ...order, runMs: 60_000, callers: 4 })
  await eventually(
    async () => Number(await counts.run((client) => client.get('running'))) >= slots,
    'all slots are taken',
  )
  await new Promise((resolve) => setTimeout(resolve, 500))
  const most = async () => Number(await counts.run((client) => client.zscore('most', 'running')))
  expect(await most()).toBe(slots)
  await members[0]!.kill()
  const tallies = await Promise.all(answers)
  expect(tallies.flatMap(({ others }) => others)).toEqual([])
  // Each of the others has had slots, and more than the one that was left to them before.
  for (const { through } of tallies) expect(through).toBeGreaterThan(5)
  expect(sum(tallies, 'through')).toBeGreaterThan(120)
  // Those that were killed are still counted as running, as nobody has counted them down.
  expect(await most()).toBeLessThanOrEqual(slots + 4)
})
