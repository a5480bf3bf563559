import { Client, InMemoryTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { cache } from '../src/cache.ts'
import { largest } from '../src/cities.ts'
import type { Database } from '../src/database.ts'
import { listen } from '../src/http.ts'
import type { Listener } from '../src/http.ts'
import { createServer } from '../src/server.ts'
import { caller, legacy, modern } from './clients.ts'
import type { Answer, Caller } from './clients.ts'
import { sharedDatabase } from './database.ts'

let db: Database
let listener: Listener
let ids: readonly number[]
beforeAll(async () => {
  db = await sharedDatabase()
  ids = (await largest(db.pool, 100)).map(({ id }) => id)
  vi.spyOn(db.pool, 'query')
  listener = await listen(0)
  listener.serve(() => createServer(db.pool))
}, 60_000)
beforeEach(async () => {
  await cache.clear()
  vi.mocked(db.pool.query).mockClear()
})
afterAll(async () => {
  await listener.close()
  await db.close()
})

/** The ids that each query asked for. */
const queries = (): ReadonlyArray<readonly number[]> =>
  vi.mocked(db.pool.query).mock.calls.map((args) => (args as unknown as [string, [readonly number[]]])[1][0])

const idOf = ({ data }: Answer): unknown => (data as { readonly id: number } | undefined)?.id

describe('a client in the same process', () => {
  let client: Caller
  beforeAll(async () => {
    const [near, far] = InMemoryTransport.createLinkedPair()
    const connected = new Client({ name: 'atlas-tests', version: '0.0.0' })
    await Promise.all([createServer(db.pool).connect(far), connected.connect(near)])
    client = caller(connected)
  })
  afterAll(() => client.close())

  const details = (wanted: readonly number[]): Promise<readonly Answer[]> =>
    Promise.all(wanted.map((id) => client.call('city_details', { id })))

  test('gets a hundred cities at once with one query, each answer its own', async () => {
    const answers = await details(ids)
    expect(answers.map(idOf)).toEqual(ids)
    expect(queries()).toEqual([ids])
  })

  test('asks only for what the cache does not have, and for each of those once', async () => {
    const known = ids.slice(0, 40)
    await details(known)
    vi.mocked(db.pool.query).mockClear()
    const answers = await details([...ids, ...ids])
    expect(answers.map(idOf)).toEqual([...ids, ...ids])
    expect(queries()).toEqual([ids.slice(40)])
    await details(ids)
    expect(queries()).toHaveLength(1)
  })

  test('is told of the one city that does not exist, and gets the others', async () => {
    const answers = await details([1, ...ids.slice(0, 5)])
    expect(answers.map(({ isError }) => isError)).toEqual([true, false, false, false, false, false])
    expect(queries()).toHaveLength(1)
  })

  test('gets cities through tool and resource with one query', async () => {
    const [id = 0, other = 0] = ids
    const [answer, resource] = await Promise.all([
      client.call('city_details', { id }),
      client.read(`atlas://city/${other}`),
    ])
    expect(idOf(answer)).toBe(id)
    expect(resource).toHaveProperty('id', other)
    expect(queries().map((one) => new Set(one))).toEqual([new Set([id, other])])
  })
})

describe.each([
  ['a v2 client on protocol 2026-07-28', modern],
  ['a v1 client', legacy],
] as const)('%s over HTTP', (_, connect) => {
  test('gets a hundred cities with a handful of queries, though its calls arrive one after the other', async () => {
    const client = await connect(listener.url)
    const counts: number[] = []
    // A cold server, and one whose machine is busy, takes calls in slowly: of several rounds the best one counts.
    for (let round = 0; round < 5; round += 1) {
      await cache.clear()
      vi.mocked(db.pool.query).mockClear()
      const answers = await Promise.all(ids.map((id) => client.call('city_details', { id })))
      expect(answers.map(idOf)).toEqual(ids)
      const asked = queries()
      expect(asked.flat().toSorted((a, b) => a - b)).toEqual(ids.toSorted((a, b) => a - b))
      counts.push(asked.length)
    }
    expect(Math.min(...counts)).toBeLessThanOrEqual(5)
    await client.close()
  })
})
