import { afterAll, beforeAll, expect, test } from 'vitest'
import { program } from 'atlas/test/atlas'
import type { Atlas } from 'atlas/test/atlas'
import { legacy } from 'atlas/test/clients'
import type { Caller } from 'atlas/test/clients'
import { sharedDatabase, urlOf } from 'atlas/test/database'
import type { Database } from 'atlas/database'

const main = new URL('../src/main.ts', import.meta.url)

let db: Database
let atlas: Atlas
let client: Caller
beforeAll(async () => {
  db = await sharedDatabase()
  atlas = program(main, { DATABASE_URL: urlOf(db) })
  client = await legacy(await atlas.url())
}, 60_000)
afterAll(async () => {
  await client.close()
  await db.close()
})

const id = 3_117_735

test('three tools, of which one writes', async () => {
  const tools = await client.tools()
  expect(tools.map(({ name }) => name)).toEqual(['search_cities', 'city_details', 'add_note'])
})

test('a misspelled name finds its city', async () => {
  const { text } = await client.call('search_cities', { name: 'Madird', country: 'ES', limit: 3 })
  expect(JSON.parse(text)).toContainEqual(expect.objectContaining({ id, name: 'Madrid' }))
})

test('details are remembered until a note is added', async () => {
  const before = (await client.call('city_details', { id })).text
  // Behind the server's back: what it answers next can only come from its cache.
  await db.pool.query('INSERT INTO atlas.notes (city_id, text) VALUES ($1, $2)', [id, 'Unheard'])
  expect((await client.call('city_details', { id })).text).toBe(before)
  const added = await client.call('add_note', { id, text: 'Heard' })
  expect(added.isError).toBe(false)
  const { notes } = JSON.parse((await client.call('city_details', { id })).text) as {
    readonly notes: readonly { readonly text: string }[]
  }
  expect(notes.map(({ text }) => text).slice(0, 2)).toEqual(['Heard', 'Unheard'])
})

test('an unknown city is a sentence', async () => {
  expect(await client.call('add_note', { id: 1, text: 'Nowhere' })).toEqual({
    isError: true,
    text: 'No city has this id.',
  })
})

test('there is no stream to open and no session to end', async () => {
  expect((await fetch(await atlas.url(), { headers: { accept: 'text/event-stream' } })).status).toBe(405)
})

test('a busy port is one line, and SIGTERM ends it with code 0', async () => {
  const { port } = new URL(await atlas.url())
  const second = program(main, { DATABASE_URL: urlOf(db), PORT: port })
  expect(await second.end()).toEqual({ code: 1, signal: null })
  expect(second.said.err).toMatch(/^[^\n]*EADDRINUSE[^\n]*\n$/)
  expect(await atlas.end('SIGTERM')).toEqual({ code: 0, signal: null })
})
