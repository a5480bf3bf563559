import type { Case, Comparison, Group } from '../case.ts'
import { echoInput } from '../http/echo.ts'
import { loading, servingSampling } from '../http/loading.ts'
import { installed, loadingPeer } from '../http/peers.ts'
import { callsOf } from '../http/requests.ts'
import type { Era } from '../http/requests.ts'
import type { ServerName } from '../http/servers.ts'

const eras: readonly Era[] = ['2025', '2026']

interface Peer {
  readonly name: string
  readonly program: string
  readonly note: string
  /** An era that it does not serve, by its own documentation: there is nothing to compare. */
  readonly lacks?: Era
}

/** Servers that others have made, each as its documentation says is fastest. */
const peers: readonly Peer[] = [
  {
    name: 'tmcp',
    program: 'tmcp.mjs',
    note: 'HttpTransport, no GET stream, on node-fetch-server; answers streams only',
  },
  { name: 'tmcp on srvx', program: 'tmcpSrvx.mjs', note: 'HttpTransport, no GET stream; answers streams only' },
  {
    name: 'mcp-use',
    program: 'mcpUse.mjs',
    note: 'listen(), neither log nor telemetry; a stream in 2025, JSON in 2026',
  },
  {
    name: 'fastmcp',
    program: 'fastmcp.mjs',
    note: 'httpStream: stateless, enableJsonResponse; no logger',
    lacks: '2026',
  },
  {
    name: 'mcp-handler',
    program: 'mcpHandler.mjs',
    note: 'on toNodeHandler of SDK v2; a stream in 2025, JSON in 2026',
  },
  { name: 'xmcp', program: 'xmcp.mjs', note: 'http, built by xmcp build; a stream in 2025, JSON in 2026' },
]

const ours: ReadonlyArray<{ readonly name: string; readonly server: ServerName; readonly eras: readonly Era[] }> = [
  { name: 'raw node:http', server: 'raw echo', eras },
  { name: 'v1 edge', server: 'v1 edge echo', eras: ['2025'] },
  { name: 'v2 edge', server: 'v2 edge echo', eras },
  { name: 'v1 bare', server: 'v1 bare echo', eras: ['2025'] },
  { name: 'v2 bare', server: 'v2 bare echo', eras },
]

const expected = echoInput(0).text
const calls = (era: Era) => callsOf(era, 'echo', echoInput)
const at = (era: Era, name: string) => `${era}: ${name}`

const casesOf = (era: Era): readonly Case[] => [
  ...ours
    .filter((one) => one.eras.includes(era))
    .map(({ name, server }): Case => ({
      name: at(era, name),
      base: at(era, 'raw node:http'),
      sampling: servingSampling,
      setup: () => loading(server, calls(era), expected),
    })),
  ...peers.map(({ name, program, note }): Case => ({
    name: at(era, name),
    base: at(era, 'raw node:http'),
    sampling: servingSampling,
    note,
    setup: () => loadingPeer(program, calls(era), expected),
  })),
]

const aheadOf = (era: Era, edge: string): readonly Comparison[] =>
  peers
    .filter(({ lacks }) => lacks !== era)
    .map(({ name }) => ({
      name: `${era}: ${edge} is so many times cheaper than ${name}`,
      of: at(era, edge),
      with: at(era, name),
      as: 'cheaper',
      bar: 1,
    }))

/** What a call of the same tool costs servers that others have made, in the eras of the protocol that they know. */
export const group: Group = {
  name: 'httpPeers',
  module: import.meta.url,
  installs: 'other MCP servers in benchmarks/peers, 230 MB',
  prepare: installed,
  cases: eras.flatMap(casesOf),
  comparisons: [...aheadOf('2025', 'v1 edge'), ...aheadOf('2025', 'v2 edge'), ...aheadOf('2026', 'v2 edge')],
}
