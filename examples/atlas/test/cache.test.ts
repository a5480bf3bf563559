import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { cache } from '../src/cache.ts'
import type { Database } from '../src/database.ts'
import { listen } from '../src/http.ts'
import type { Listener } from '../src/http.ts'
import { createServer } from '../src/server.ts'
import { legacy, modern } from './clients.ts'
import type { Caller } from './clients.ts'
import { sharedDatabase } from './database.ts'

let db: Database
let listener: Listener
beforeAll(async () => {
  db = await sharedDatabase()
  vi.spyOn(db.pool, 'query')
  listener = await listen(0)
  listener.serve(() => createServer(db.pool))
}, 60_000)
afterAll(async () => {
  await listener.close()
  await db.close()
})

const queries = (): number => vi.mocked(db.pool.query).mock.calls.length
const id = 292_223

describe.each([
  ['a v2 client on protocol 2026-07-28', modern],
  ['a v1 client', legacy],
] as const)('%s', (_, connect) => {
  let client: Caller
  beforeAll(async () => {
    client = await connect(listener.url)
  })
  beforeEach(async () => {
    await cache.clear()
    vi.mocked(db.pool.query).mockClear()
  })
  afterAll(() => client.close())

  test.each<[string, () => Promise<unknown>, number]>([
    ['search_cities', () => client.call('search_cities', { name: 'Dubay' }), 1],
    ['nearest_cities', () => client.call('nearest_cities', { lat: 25, lon: 55 }), 1],
    ['population_stats', () => client.call('population_stats', { country: 'AE' }), 1],
    ['city_details', () => client.call('city_details', { id }), 1],
    ['the resource', () => client.read(`atlas://city/${id}`), 1],
    ['the list of resources', () => client.resources(), 1],
    ['the prompt', () => client.prompt('compare_cities', { first: 'Dubai', second: 'Doha' }), 2],
  ])('asks for %s twice, and the second answer needs no SQL', async (_, ask, expected) => {
    const first = await ask()
    expect(queries()).toBe(expected)
    expect(await ask()).toEqual(first)
    expect(queries()).toBe(expected)
  })

  test('shares the answer of another client', async () => {
    const other = await modern(listener.url)
    const answers = [client, other].map((one) => one.call('nearest_cities', { lat: 1, lon: 2, limit: 3 }))
    const [mine, theirs] = await Promise.all(answers)
    expect(theirs).toEqual(mine)
    expect((await other.call('nearest_cities', { limit: 3, lon: 2, lat: 1 })).data).toEqual(mine?.data)
    expect(queries()).toBe(1)
    await other.close()
  })

  test('makes 20 identical calls at once for one query', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => client.call('population_stats', { country: 'JP' })),
    )
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(queries()).toBe(1)
  })

  test('is told anew each time that a city does not exist', async () => {
    for (const count of [1, 2]) {
      expect(await client.call('city_details', { id: 1 })).toHaveProperty('isError', true)
      expect(queries()).toBe(count)
    }
  })

  test('adds a note that drops its city and no other', async () => {
    const other = 3_169_070
    for (const each of [id, other]) {
      await client.call('city_details', { id: each })
      await client.read(`atlas://city/${each}`)
    }
    const added = await client.call('add_note', { id, text: 'Tall' })
    vi.mocked(db.pool.query).mockClear()
    await client.call('city_details', { id: other })
    await client.read(`atlas://city/${other}`)
    expect(queries()).toBe(0)
    expect((await client.call('city_details', { id })).data).toMatchObject({
      notes: expect.arrayContaining([added.data]),
    })
    expect(await client.read(`atlas://city/${id}`)).toMatchObject({ notes: expect.arrayContaining([added.data]) })
    expect(queries()).toBe(2)
  })

  test('drops a city under whatever URI it was read', async () => {
    const uri = `atlas://city/00${id}`
    await client.read(uri)
    const added = await client.call('add_note', { id, text: 'Dry' })
    expect(await client.read(uri)).toMatchObject({ notes: expect.arrayContaining([added.data]) })
  })
})
