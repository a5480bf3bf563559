import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Case, Group, Run, Sampling } from '../case.ts'
import { load, requestText } from '../http/load.ts'
import type { ServerName } from '../http/servers.ts'
import { inputOf } from '../sdk/tools.ts'

const connections = 16

/** The eras of the protocol, as the headers and the envelope of a request. */
const eras = {
  '2025': { headers: (_method: string) => ({ 'mcp-protocol-version': '2025-11-25' }), params: {} },
  '2026': {
    headers: (method: string) => ({
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(method === 'tools/call' ? { 'mcp-name': 'search' } : {}),
    }),
    params: {
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'load', version: '1.0.0' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  },
} as const

type Era = keyof typeof eras

/** A hundred requests, as a hundred clients would send them. */
const requestsOf = (method: string, era: Era): string[] =>
  Array.from({ length: 100 }, (_, index) => {
    const named = method === 'tools/call' ? { name: 'search', arguments: inputOf(index) } : {}
    const body = { jsonrpc: '2.0', id: index, method, params: { ...named, ...eras[era].params } }
    return requestText(eras[era].headers(method), JSON.stringify(body))
  })

/** Loads a server in a process of its own; what counts is the processor time that it uses. */
const loading = async (server: ServerName, method: string, era: Era): Promise<Run> => {
  const child = fork(program, [server], { execArgv: ['--conditions=@millrace/source', ...profiled()] })
  process.on('exit', () => child.kill())
  const [{ port }] = (await once(child, 'message')) as [{ readonly port: number }]
  const client = await load(port, connections, requestsOf(method, era))
  const cpuUs = async (): Promise<number> => {
    child.send('cpu')
    const [answer] = (await once(child, 'message')) as [{ readonly cpuUs: number }]
    return answer.cpuUs
  }
  return async (times) => {
    const before = await cpuUs()
    await client.send(times)
    return ((await cpuUs()) - before) * 1000
  }
}

const profiled = (): string[] => {
  const folder = process.env['BENCH_SERVER_PROFILE']
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`]
}

const program = fileURLToPath(new URL('../http/serve.ts', import.meta.url))

const sampling: Partial<Sampling> = { warmUpMs: 3000, sampleMs: 400, samples: 7, rounds: 3 }

interface Asked {
  readonly name: string
  readonly server: ServerName
  readonly era: Era
  readonly method: 'tools/call' | 'tools/list'
  /** At most so many times what the raw server takes. */
  readonly ratio?: number
}

const asked: readonly Asked[] = [
  { name: 'raw node:http', server: 'raw', era: '2025', method: 'tools/call' },
  { name: 'call: v1 edge, cached', server: 'v1 edge, cached', era: '2025', method: 'tools/call', ratio: 0.9 },
  { name: 'call: v2 edge, cached', server: 'v2 edge, cached', era: '2026', method: 'tools/call', ratio: 0.9 },
  { name: 'call: v1 edge', server: 'v1 edge', era: '2025', method: 'tools/call', ratio: 1.8 },
  { name: 'call: v2 edge', server: 'v2 edge', era: '2026', method: 'tools/call', ratio: 2.4 },
  { name: 'call: v2 edge, 2025', server: 'v2 edge', era: '2025', method: 'tools/call' },
  { name: 'call: v1 bare', server: 'v1 bare', era: '2025', method: 'tools/call' },
  { name: 'call: v2 bare', server: 'v2 bare', era: '2026', method: 'tools/call' },
  { name: 'list of 50: v1 edge', server: 'v1 edge', era: '2025', method: 'tools/list', ratio: 1.5 },
  { name: 'list of 50: v2 edge', server: 'v2 edge', era: '2026', method: 'tools/list', ratio: 1.5 },
  { name: 'list of 50: v1 edge, cached', server: 'v1 edge, cached', era: '2025', method: 'tools/list', ratio: 1.5 },
  { name: 'list of 50: v2 edge, cached', server: 'v2 edge, cached', era: '2026', method: 'tools/list', ratio: 1.5 },
  { name: 'list of 50: v1 bare', server: 'v1 bare', era: '2025', method: 'tools/list' },
  { name: 'list of 50: v2 bare', server: 'v2 bare', era: '2026', method: 'tools/list' },
]

/** What an HTTP request costs the process that answers it, next to Node's own server and the bare SDKs. */
export const group: Group = {
  name: 'http',
  module: import.meta.url,
  cases: asked.map(({ name, server, era, method }): Case => ({
    name,
    base: 'raw node:http',
    sampling,
    setup: () => loading(server, method, era),
  })),
  comparisons: asked.flatMap(({ name, ratio }) =>
    ratio === undefined
      ? []
      : [{ name: `${name}, against raw`, of: name, with: 'raw node:http', as: 'times' as const, bar: ratio }],
  ),
}
