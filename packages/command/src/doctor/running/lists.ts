import { grouped, ms, size } from '../../bench/numbers.ts'
import { prepare } from '../../wire/era.ts'
import { namesOf } from './annotations.ts'
import type { Finding } from '../finding.ts'
import type { Examination, Patient } from './patient.ts'

/** What the list of tools costs: its time, its size, its pages, and whether clients may keep it. */
export const lists: Examination = async (patient) => [
  ...(await slowList(patient)),
  ...largeSchemas(patient),
  ...onePage(patient),
  ...noHints(patient),
]

const slowList = async ({ server, lane, timeoutMs, now }: Patient): Promise<Finding[]> => {
  const request = prepare(server.era, { method: 'tools/list', params: {} })
  const times: number[] = []
  for (let n = 0; n < listCalls; n += 1) {
    const began = now()
    const { ending } = await lane.send(request, timeoutMs)
    if (ending !== undefined) return []
    times.push(now() - began)
  }
  const middle = times.toSorted((one, other) => one - other)[listCalls >> 1]!
  if (middle <= maxListMs) return []
  return [
    {
      id: 'slow-list',
      where: 'tools/list',
      what: `The list of tools takes ${ms(middle)} ms (median of ${listCalls}).`,
      why: 'The SDKs convert every schema at every list, on the only thread there is, and every client asks for it first.',
      change: 'use(server, cached({ lists: 300_000 })) of millrace: lists are kept until they change.',
    },
  ]
}

const largeSchemas = ({ tools }: Patient): Finding[] => {
  const large = tools.filter((tool) => bytesOf(tool) > maxToolBytes)
  const all = bytesOf(tools)
  const why = 'The list goes into the context of the model for every conversation, at about a token for four bytes.'
  return [
    ...large.map((tool) => ({
      id: 'large-schema',
      where: tool.name,
      what: `Its description and schemas take ${size(bytesOf(tool))}.`,
      why,
      change:
        'Shorter descriptions, fewer optional fields, enums of thousands of values as a text that is checked in the handler.',
    })),
    ...(all > maxListBytes
      ? [
          {
            id: 'large-list',
            where: 'tools/list',
            what: `${grouped(tools.length)} tools take ${size(all)}.`,
            why,
            change: 'Fewer tools for each kind of user, or servers of their own for what few need.',
          },
        ]
      : []),
  ]
}

const onePage = ({ tools, listed }: Patient): Finding[] => {
  const first = Array.isArray(listed['tools']) ? listed['tools'].length : 0
  if (first <= maxOnePage) return []
  return [
    {
      id: 'no-pages',
      where: 'tools/list',
      what: `The list has ${grouped(first)} tools in one page.`,
      why: 'A client waits for all of them before it sees the first, and the server builds them in one go.',
      change: `use(server, paginate({ pageSize: ${maxOnePage} })) of millrace; first are ${namesOf(tools)}`,
    },
  ]
}

const noHints = ({ server, listed }: Patient): Finding[] => {
  const ttlMs = listed['ttlMs']
  if (!server.era.isModern || (typeof ttlMs === 'number' && ttlMs > 0)) return []
  return [
    {
      id: 'no-cache-hints',
      where: 'tools/list',
      what: ttlMs === 0 ? 'Lists may not be kept: ttlMs is 0.' : 'Lists do not say how long they may be kept.',
      why: 'Clients of 2026-07-28 keep a list as long as it allows, and ask again each time when it allows nothing.',
      change: 'use(server, cached({ lists: 300_000 })) of millrace sets ttlMs as well, or cacheHints of the SDK does.',
    },
  ]
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))
const listCalls = 11
const maxListMs = 10
const maxToolBytes = 8000
const maxListBytes = 64_000
const maxOnePage = 50
