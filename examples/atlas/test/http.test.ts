import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
  listener = await listen(0)
  listener.serve(() => createServer(db.pool))
}, 60_000)
afterAll(async () => {
  await listener.close()
  await db.close()
})

const readOnly = { readOnlyHint: true, idempotentHint: true, openWorldHint: false }
const paris = 2_988_507

describe.each([
  ['a v2 client on protocol 2026-07-28', modern, 5_128_581],
  ['a v1 client', legacy, 3_448_439],
] as const)('%s', (_, connect, notedCity) => {
  let client: Caller
  beforeAll(async () => {
    client = await connect(listener.url)
  })
  afterAll(() => client.close())

  test('sees five tools that say what they do', async () => {
    const tools = await client.tools()
    expect(Object.fromEntries(tools.map(({ name, annotations }) => [name, annotations]))).toEqual({
      search_cities: readOnly,
      city_details: readOnly,
      nearest_cities: readOnly,
      population_stats: readOnly,
      add_note: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    })
    expect(tools.every(({ outputSchema }) => outputSchema !== undefined)).toBe(true)
  })

  test('finds a city by a misspelled name', async () => {
    const { data, text } = await client.call('search_cities', { name: 'Pariss', limit: 5 })
    expect(data).toEqual({ cities: expect.arrayContaining([expect.objectContaining({ id: paris, kind: 'capital' })]) })
    expect(JSON.parse(text)).toEqual(data)
  })

  test('finds neighbours across the antimeridian', async () => {
    const { data } = await client.call('nearest_cities', { lat: -16.5, lon: -179.5, limit: 3 })
    expect(data).toEqual({ cities: [expect.objectContaining({ country: 'FJ' }), expect.anything(), expect.anything()] })
  })

  test('gets statistics of a country and of a box', async () => {
    const country = await client.call('population_stats', { country: 'IS' })
    const box = await client.call('population_stats', { box: { south: 62, west: -26, north: 67.5, east: -12 } })
    expect(country.data).toMatchObject({ largest: [{ name: 'Reykjavík' }, {}, {}, {}, {}] })
    expect(box.data).toEqual(country.data)
  })

  test('sees a note at once in details and resource that it has read before', async () => {
    const uri = `atlas://city/${notedCity}`
    for (const _ of [1, 2])
      expect((await client.call('city_details', { id: notedCity })).data).toHaveProperty('notes', [])
    for (const _ of [1, 2]) expect(await client.read(uri)).toHaveProperty('notes', [])
    const added = await client.call('add_note', { id: notedCity, text: ' Mind the tide. ' })
    expect(added.data).toMatchObject({ text: 'Mind the tide.' })
    expect((await client.call('city_details', { id: notedCity })).data).toHaveProperty('notes', [added.data])
    expect(await client.read(uri)).toHaveProperty('notes', [added.data])
  })

  test.each([
    ['city_details', { id: 1 }],
    ['add_note', { id: 1, text: 'Nowhere' }],
  ])('is told by %s that a city does not exist, in a sentence', async (tool, input) => {
    expect(await client.call(tool, input)).toMatchObject({
      isError: true,
      text: 'No city has the id 1; search_cities finds ids by name.',
    })
  })

  test.each([
    ['search_cities', { name: '' }, 'name'],
    ['search_cities', { name: 'a\0b' }, 'a text cannot contain a zero byte'],
    ['search_cities', { name: 'Paris', country: 'France' }, 'a country is two letters'],
    ['search_cities', { name: 'Paris', limit: 1_000 }, 'limit'],
    ['city_details', { id: 3_000_000_000 }, 'id'],
    ['city_details', {}, 'id'],
    ['nearest_cities', { lat: 91, lon: 0 }, 'lat'],
    ['nearest_cities', { lat: 'north', lon: 0 }, 'lat'],
    ['population_stats', {}, 'give either a country or a box'],
    [
      'population_stats',
      { country: 'FR', box: { south: 0, west: 0, north: 1, east: 1 } },
      'give either a country or a box',
    ],
    ['population_stats', { box: { south: 2, west: 0, north: 1, east: 1 } }, 'south must not lie north of north'],
    ['add_note', { id: paris, text: 'x'.repeat(1_001) }, 'text'],
  ])('is told by %s what is wrong with %j', async (tool, input, complaint) => {
    const { isError, text } = await client.call(tool, input)
    expect(isError).toBe(true)
    expect(text).toContain(complaint)
    expect(text).not.toMatch(/\n\s+at |node_modules/)
  })

  test('is told about a country without cities', async () => {
    expect(await client.call('population_stats', { country: 'ZZ' })).toMatchObject({
      isError: true,
      text: 'No city of known population lies there.',
    })
  })

  test('lists the largest cities as resources, and reads one', async () => {
    const resources = await client.resources()
    expect(resources).toHaveLength(20)
    expect(resources[0]).toMatchObject({ uri: 'atlas://city/1796236', name: 'Shanghai, CN' })
    expect(await client.read('atlas://city/1796236')).toMatchObject({ name: 'Shanghai', rankInCountry: 1 })
  })

  test.each(['atlas://city/1', 'atlas://city/Paris', 'atlas://city/0x2d99db', 'atlas://city/2988507.0'])(
    'cannot read %s',
    async (uri) => {
      await expect(client.read(uri)).rejects.toThrow(/not found/i)
    },
  )

  test('completes a name to the ids of cities and to names', async () => {
    const ids = await client.complete({ type: 'ref/resource', uri: 'atlas://city/{id}' }, 'id', 'Paris')
    expect(ids[0]).toBe(String(paris))
    const names = await client.complete({ type: 'ref/prompt', name: 'compare_cities' }, 'first', 'Reykja')
    expect(names).toContain('Reykjavík')
  })

  test('gets a prompt that compares two cities', async () => {
    const messages = await client.prompt('compare_cities', { first: 'Oslo', second: 'Bergen' })
    expect(messages).toHaveLength(3)
    expect(JSON.stringify(messages)).toContain('atlas://city/3143244')
    await expect(client.prompt('compare_cities', { first: 'Oslo', second: '???' })).rejects.toThrow('No city is called')
  })
})
