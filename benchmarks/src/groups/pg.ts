import type { Case, Group } from '../case.ts'
import { peer } from '../case.ts'
import { server } from '../peers/postgres.ts'
import { atOnce, spending, steadySampling } from '../callers.ts'

/** Answers the number it is given. */
type Ask = (n: number) => Promise<{ readonly rows: ReadonlyArray<{ readonly n?: number }> }>

const text = 'SELECT $1::int AS n'

/** `pg.Pool`, with as many connections. */
const pgPool = async (max: number, name?: string): Promise<Ask> => {
  const { address } = await server()
  const { default: pg } = await peer(() => import('pg'))
  const pool = new pg.Pool({ ...address, max })
  return name === undefined
    ? (n) => pool.query<{ n: number }>(text, [n])
    : (n) => pool.query<{ n: number }>({ name, text, values: [n] })
}

const ours = async (max: number, maxPrepared: number, within?: () => AbortSignal): Promise<Ask> => {
  const { address } = await server()
  const { postgres } = await import('@millrace/pg')
  const db = await postgres({ connection: address, min: max, max, maxPrepared }).open()
  return within === undefined
    ? (n) => db.query<{ n: number }>(text, [n])
    : (n) => db.query<{ n: number }>(text, [n], within())
}

/** A client that connects, asks once and leaves. */
const newClient = async (): Promise<Ask> => {
  const { address } = await server()
  const { default: pg } = await peer(() => import('pg'))
  return async (n) => {
    const client = new pg.Client(address)
    await client.connect()
    try {
      return await client.query<{ n: number }>(text, [n])
    } finally {
      await client.end()
    }
  }
}

const asking = (ask: Ask, callers: number) =>
  atOnce(callers, async (n) => {
    const { rows } = await ask(n)
    if (rows[0]?.n !== n) throw new Error(`asked for ${n}, got ${rows[0]?.n}`)
  })

const one = (name: string, open: () => Promise<Ask>): Case => ({
  name: `one caller: ${name}`,
  base: 'one caller: pg.Pool',
  sampling: steadySampling,
  note: 'processor time',
  setup: async () => spending(asking(await open(), 1)),
})

const many = (name: string, open: () => Promise<Ask>): Case => ({
  name: `20 callers on 5 connections: ${name}`,
  base: '20 callers on 5 connections: pg.Pool',
  sampling: steadySampling,
  note: 'processor time',
  setup: async () => spending(asking(await open(), 20)),
})

const answered = (name: string, open: () => Promise<Ask>): Case => ({
  name: `answered: ${name}`,
  base: 'answered: postgres()',
  sampling: { sampleMs: 100, rounds: 3 },
  setup: async () => asking(await open(), 1),
})

/** What a pooled query costs this process, and what it costs to have no pool. */
export const group: Group = {
  name: 'pg',
  module: import.meta.url,
  cases: [
    one('pg.Pool', () => pgPool(1)),
    one('postgres(), nothing prepared', () => ours(1, 0)),
    one('postgres(), within a signal', () => {
      const { signal } = new AbortController()
      return ours(1, 0, () => signal)
    }),
    one('pg.Pool, prepared by name', () => pgPool(1, 'n')),
    one('postgres()', () => ours(1, 100)),
    many('pg.Pool', () => pgPool(5)),
    many('postgres(), nothing prepared', () => ours(5, 0)),
    many('pg.Pool, prepared by name', () => pgPool(5, 'n')),
    many('postgres()', () => ours(5, 100)),
    answered('postgres()', () => ours(1, 100)),
    answered('a new client each time', newClient),
  ],
  comparisons: [
    {
      name: 'postgres() adds to a query of pg.Pool',
      of: 'one caller: postgres(), nothing prepared',
      with: 'one caller: pg.Pool',
      as: 'added',
      bar: 3,
    },
    {
      name: 'postgres() adds to a query of pg.Pool, both prepared',
      of: 'one caller: postgres()',
      with: 'one caller: pg.Pool, prepared by name',
      as: 'added',
      bar: 3,
    },
    {
      name: 'postgres() adds to a query of pg.Pool, 20 callers',
      of: '20 callers on 5 connections: postgres(), nothing prepared',
      with: '20 callers on 5 connections: pg.Pool',
      as: 'added',
      bar: 3,
    },
    {
      name: 'a pooled query is answered so many times sooner than by a new client',
      of: 'answered: postgres()',
      with: 'answered: a new client each time',
      as: 'cheaper',
    },
  ],
}
