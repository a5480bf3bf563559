import { Client, InMemoryTransport } from '@modelcontextprotocol/client'
import { loadSignals } from 'millrace'
import type { Middleware } from 'millrace'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { cache } from '../src/cache.ts'
import { largest } from '../src/cities.ts'
import type { Database } from '../src/database.ts'
import { limits } from '../src/limits.ts'
import { createServer } from '../src/server.ts'
import { caller } from './clients.ts'
import type { Caller } from './clients.ts'
import { sharedDatabase } from './database.ts'

let db: Database
const clients: Caller[] = []
beforeAll(async () => {
  db = await sharedDatabase()
}, 60_000)
beforeEach(() => cache.clear())
afterAll(async () => {
  for (const client of clients) await client.close()
  await db.close()
})

async function connected(limited?: Middleware): Promise<Caller> {
  const [near, far] = InMemoryTransport.createLinkedPair()
  const client = new Client({ name: 'atlas-tests', version: '0.0.0' })
  await Promise.all([createServer(db.pool, limited).connect(far), client.connect(near)])
  clients.push(caller(client))
  return caller(client)
}

const countries = ['FR', 'DE', 'IT', 'ES', 'PL', 'SE', 'NO', 'FI']
const stats = (client: Caller) => countries.map((country) => client.call('population_stats', { country }))

describe('statistics', () => {
  test('are computed two at a time, and nothing else waits for them', async () => {
    const client = await connected()
    const query = db.pool.query.bind(db.pool)
    const running = { statistics: 0, most: 0 }
    const spy = vi.spyOn(db.pool, 'query').mockImplementation((...args) => {
      if (!(args[0] as string).includes('percentile_cont')) return query(...args)
      running.statistics += 1
      running.most = Math.max(running.most, running.statistics)
      return query(...args).finally(() => (running.statistics -= 1))
    })
    const ended: string[] = []
    const answers = stats(client).map((one) => one.finally(() => ended.push('statistics')))
    const [paris] = await largest(db.pool, 1)
    await client.call('city_details', { id: paris!.id }).finally(() => ended.push('details'))
    expect((await Promise.all(answers)).map(({ isError }) => isError)).toEqual(countries.map(() => false))
    expect(running.most).toBe(2)
    expect(ended.indexOf('details')).toBeLessThan(countries.length)
    spy.mockRestore()
  })

  test('are refused first when there is more work than can be done, but for those that the cache has', async () => {
    let pressure = 0
    const none = { eventLoopDelayMs: false, eventLoopUtilization: false, heapUsedRatio: false } as const
    const load = loadSignals({ ...none, pressure: () => pressure, sampleMs: 10, random: () => 0 })
    const client = await connected(limits(load))
    const known = await client.call('population_stats', { country: 'FR' })
    pressure = 0.4
    await vi.waitFor(async () => {
      const { text } = await client.call('population_stats', { country: 'DE' })
      expect(text).toContain('population_stats was not started because the server has more work than it can do')
    })
    expect(await client.call('population_stats', { country: 'FR' })).toEqual(known)
    expect((await client.call('search_cities', { name: 'Paris' })).isError).toBe(false)
    load.stop()
  })
})
