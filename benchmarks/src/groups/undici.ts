import type { Case, Group } from '../case.ts'
import { peer } from '../case.ts'
import { api } from '../peers/api.ts'
import { atOnce, spending, steadySampling } from '../callers.ts'

interface Answer {
  readonly items: ReadonlyArray<{ readonly id: number }>
}

/** Asks once, and gives what was answered. */
type Ask = () => Promise<Answer>

const bare = async (connections: number): Promise<Ask> => {
  const origin = await api()
  const { Agent, request } = await peer(() => import('undici'))
  const dispatcher = new Agent({ connections })
  const url = `${origin}/items`
  return async () => {
    const { body, statusCode } = await request(url, { dispatcher })
    if (statusCode !== 200) throw new Error(`status ${statusCode}`)
    return (await body.json()) as Answer
  }
}

const bareFetch = async (connections: number): Promise<Ask> => {
  const origin = await api()
  const { Agent, fetch } = await peer(() => import('undici'))
  const dispatcher = new Agent({ connections })
  return async () => (await (await fetch(`${origin}/items`, { dispatcher })).json()) as Answer
}

const ours = async (connections: number, within?: () => AbortSignal): Promise<Ask> => {
  const origin = await api()
  const { httpPool } = await import('@millrace/undici')
  const http = await httpPool({ connections, maxWaiting: Infinity, guard: { allowRanges: ['loopback'] } }).open()
  const url = `${origin}/items`
  return () => http.json<Answer>(url, within?.())
}

/** A connection that is made for one request. */
const newConnection = async (): Promise<Ask> => {
  const origin = await api()
  const { Client } = await peer(() => import('undici'))
  return async () => {
    const client = new Client(origin)
    const { body } = await client.request({ path: '/items', method: 'GET' })
    const answer = (await body.json()) as Answer
    await client.close()
    return answer
  }
}

const asking = (ask: Ask, callers: number) =>
  atOnce(callers, async () => {
    const { items } = await ask()
    if (items.length !== 20) throw new Error(`asked for 20 items, got ${items.length}`)
  })

const measured = (who: string, callers: number, name: string, open: () => Promise<Ask>): Case => ({
  name: `${who}: ${name}`,
  base: `${who}: undici.request`,
  sampling: steadySampling,
  note: 'processor time',
  setup: async () => spending(asking(await open(), callers)),
})

const one = (name: string, open: () => Promise<Ask>): Case => measured('one caller', 1, name, open)
const many = (name: string, open: () => Promise<Ask>): Case => measured('20 callers on 10 connections', 20, name, open)

/** What a request through the pool costs this process, and what it costs to have none. */
export const group: Group = {
  name: 'undici',
  module: import.meta.url,
  cases: [
    one('undici.request', () => bare(1)),
    one('undici.fetch', () => bareFetch(1)),
    one('httpPool()', () => ours(1)),
    one('httpPool(), within a signal', () => {
      const { signal } = new AbortController()
      return ours(1, () => signal)
    }),
    one('a new connection each time', newConnection),
    many('undici.request', () => bare(10)),
    many('httpPool()', () => ours(10)),
  ],
  comparisons: [
    {
      name: 'httpPool() adds to undici.request',
      of: 'one caller: httpPool()',
      with: 'one caller: undici.request',
      as: 'added',
    },
    {
      name: 'httpPool() adds to undici.request, 20 callers',
      of: '20 callers on 10 connections: httpPool()',
      with: '20 callers on 10 connections: undici.request',
      as: 'added',
    },
    {
      name: 'a pooled request is so many times cheaper than one with a connection of its own',
      of: 'one caller: httpPool()',
      with: 'one caller: a new connection each time',
      as: 'cheaper',
    },
  ],
}
