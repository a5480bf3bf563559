import { setTimeout as wait } from 'node:timers/promises'
import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Random } from '../http/random.ts'

const self = { name: 'soak', version: '1.0.0' }
const countries = 'AT BE BR CH CN DE DK EG ES FI FR GB GR ID IN IT JP KE MX NG NO PE PL PT SE TR US VN ZA'.split(' ')
const names = 'Oslo Lima Kyoto Nairobi Lyon Porto Graz Gent Cusco Bergen Izmir Hue Tampere Leeds Bari'.split(' ')

/** What somebody can ask for. There are not many questions: what is kept of them is soon all that there ever will be. */
interface Asking {
  readonly random: Random
  /** Of cities. */
  readonly ids: readonly number[]
  readonly signal: AbortSignal
}

type Act = (client: ClientV2, asking: Asking) => Promise<unknown>

const tool =
  (name: string, input: (asking: Asking) => Record<string, unknown>): Act =>
  (client, asking) =>
    client.callTool({ name, arguments: input(asking) }, { signal: asking.signal })

const search = tool('search_cities', ({ random }) => ({ name: random.of(names).slice(0, 2 + random.below(5)) }))
const details = tool('city_details', ({ random, ids }) => ({ id: random.of(ids) }))
const nearest = tool('nearest_cities', ({ random }) => ({
  lat: random.below(16) * 10 - 80,
  lon: random.below(36) * 10 - 180,
}))
const statistics = tool('population_stats', ({ random }) => ({ country: random.of(countries) }))
// Of a city the latest 50 are shown: a few cities soon have as many.
const note = tool('add_note', ({ random, ids }) => ({
  id: random.of(ids.slice(0, 5)),
  text: `note ${random.below(1000)}`,
}))
const read: Act = (client, { random, ids, signal }) =>
  client.readResource({ uri: `atlas://city/${random.of(ids)}` }, { signal })
const list: Act = (client, { signal }) => client.listTools(undefined, { signal, cacheMode: 'bypass' })
const compare: Act = (client, { random, signal }) =>
  client.getPrompt(
    { name: 'compare_cities', arguments: { first: random.of(names), second: random.of(names) } },
    { signal },
  )
const complete: Act = (client, { random, signal }) =>
  client.complete(
    {
      ref: { type: 'ref/prompt', name: 'compare_cities' },
      argument: { name: 'first', value: random.of(names).slice(0, 3) },
    },
    { signal },
  )
const wrong = tool('city_details', () => ({ id: 'none' }))

const acts: readonly Act[] = [
  search,
  search,
  details,
  details,
  details,
  nearest,
  nearest,
  statistics,
  note,
  read,
  list,
  compare,
  complete,
  wrong,
]

/**
 * A client of either SDK that connects, asks a while, and takes leave. Some calls it does not wait for.
 *
 * @param ids of cities
 * @throws what is thrown at it, but for what it did not wait for
 */
export const visit = async (url: URL, random: Random, ids: readonly number[]): Promise<void> => {
  const client = await connected(url, random)
  try {
    for (let n = 5 + random.below(30); n > 0; n -= 1) {
      const leaving = new AbortController()
      const timer = random.below(15) === 0 ? setTimeout(() => leaving.abort(), random.below(10)) : undefined
      await random
        .of(acts)(client, { random, ids, signal: leaving.signal })
        .catch((error: unknown) => {
          if (!leaving.signal.aborted) throw error
        })
      clearTimeout(timer)
    }
  } finally {
    await client.close()
  }
}

/** Cities to ask about. While the machine has more to do than it can, it waits. */
export const someCities = async (url: URL, random: Random): Promise<readonly number[]> => {
  const client = await connected(url, random)
  const ids: number[] = []
  for (const name of names) {
    const ask = () => client.callTool({ name: 'search_cities', arguments: { name } })
    let answer = await ask()
    for (let n = 0; n < 20 && answer.isError === true; n += 1) answer = await wait(500).then(ask)
    const { cities = [] } = (answer.structuredContent ?? {}) as { cities?: ReadonlyArray<{ readonly id: number }> }
    ids.push(...cities.map(({ id }) => id))
  }
  await client.close()
  if (ids.length === 0) throw new Error('The atlas finds no city.')
  return ids
}

const connected = async (url: URL, random: Random): Promise<ClientV2> => {
  if (random.below(2) === 0) {
    const client = new ClientV1(self)
    await client.connect(new TransportV1(url))
    const { callTool } = client
    // Between what is called and how, this one takes a schema; the other methods are alike.
    const alike = {
      callTool: (what: Parameters<typeof callTool>[0], how?: object) => callTool.call(client, what, undefined, how),
    }
    return Object.assign(client, alike) as unknown as ClientV2
  }
  const client = new ClientV2(self, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
  await client.connect(new TransportV2(url))
  return client
}
