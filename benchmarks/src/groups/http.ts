import type { Case, Comparison, Group } from '../case.ts'
import { loading, servingSampling } from '../http/loading.ts'
import { callsOf, listsOf } from '../http/requests.ts'
import type { Era } from '../http/requests.ts'
import type { ServerName } from '../http/servers.ts'
import { inputOf, text } from '../sdk/tools.ts'

interface Asked {
  readonly name: string
  readonly server: ServerName
  readonly era: Era
  readonly method: 'call' | 'list'
  readonly note?: string
}

const call = (name: string, server: ServerName, era: Era): Asked => ({ name, server, era, method: 'call' })
const list = (name: string, server: ServerName, era: Era, note?: string): Asked => ({
  name: `list of 50: ${name}`,
  server,
  era,
  method: 'list',
  ...(note === undefined ? {} : { note }),
})

const converts = 'the SDK makes the schemas anew for each list'
const everyLayer =
  'rateLimit, fallback, timeout, limitResult, hedge, retry, breaker, queue and the cache, which tools do not use'

const asked: readonly Asked[] = [
  call('raw node:http', 'raw', '2025'),
  call('raw node:http, 2026', 'raw', '2026'),
  { ...call('raw node:http, a constant', 'raw unread', '2025'), note: 'reads the body, answers the same text to all' },
  call('call: v1 edge, cached', 'v1 edge, cached', '2025'),
  call('call: v2 edge, cached', 'v2 edge, cached', '2026'),
  call('call: v1 edge', 'v1 edge', '2025'),
  call('call: v2 edge', 'v2 edge', '2026'),
  call('call: v2 edge, 2025', 'v2 edge', '2025'),
  call('call: v1 edge, recommended()', 'v1 edge, recommended()', '2025'),
  call('call: v2 edge, recommended()', 'v2 edge, recommended()', '2026'),
  { ...call('call: v1 edge, every layer', 'v1 edge, every layer', '2025'), note: everyLayer },
  { ...call('call: v2 edge, every layer', 'v2 edge, every layer', '2026'), note: everyLayer },
  call('call: v1 bare', 'v1 bare', '2025'),
  call('call: v2 bare', 'v2 bare', '2026'),
  list('raw node:http, v1', 'raw list v1', '2025', 'the same bytes, which never change'),
  list('raw node:http, v2', 'raw list v2', '2026', 'the same bytes, which never change'),
  list('v1 edge, use()', 'v1 edge, use()', '2025'),
  list('v2 edge, use()', 'v2 edge, use()', '2026'),
  list('v1 edge, cached', 'v1 edge, cached', '2025'),
  list('v2 edge, cached', 'v2 edge, cached', '2026'),
  list('v1 edge', 'v1 edge', '2025', converts),
  list('v2 edge', 'v2 edge', '2026', converts),
  list('v1 bare', 'v1 bare', '2025'),
  list('v2 bare', 'v2 bare', '2026'),
]

const rawOf = { v1: 'raw node:http', v2: 'raw node:http, 2026' } as const
const lines = ['v1', 'v2'] as const
type LineName = (typeof lines)[number]

/** At most so many times what the raw server takes with the same request. */
const againstRaw = (name: string, line: LineName, bar: number): Comparison => ({
  name: `${name}, against raw`,
  of: name,
  with: rawOf[line],
  as: 'times',
  bar,
})

const ofLine = (line: LineName): readonly Comparison[] => [
  againstRaw(`call: ${line} edge, cached`, line, 0.9),
  againstRaw(`call: ${line} edge`, line, line === 'v1' ? 1.8 : 2.4),
  ...['recommended()', 'every layer'].map((chain): Comparison => ({
    name: `call: ${line} edge, ${chain}, against none`,
    of: `call: ${line} edge, ${chain}`,
    with: `call: ${line} edge`,
    as: 'times',
    bar: 1.15,
  })),
  ...['use()', 'cached'].flatMap((attached): readonly Comparison[] => {
    const of = `list of 50: ${line} edge, ${attached}`
    const same = { of, with: `list of 50: raw node:http, ${line}`, as: 'times' } as const
    return [againstRaw(of, line, 1.5), { name: `${of}, against the same bytes raw`, ...same, bar: 1.5 }]
  }),
]

/** What an HTTP request costs the process that answers it, next to Node's own server and the bare SDKs. */
export const group: Group = {
  name: 'http',
  module: import.meta.url,
  cases: asked.map(({ name, server, era, method, note }): Case => ({
    name,
    base: 'raw node:http',
    sampling: servingSampling,
    ...(note === undefined ? {} : { note }),
    setup: () =>
      method === 'call'
        ? loading(server, callsOf(era, 'search', inputOf), text)
        : loading(server, listsOf(era), '"search_49"'),
  })),
  comparisons: lines.flatMap(ofLine),
}
