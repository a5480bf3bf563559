import { inputOf } from '../sdk/tools.ts'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What every generator sends: one call of one tool. */
export const params = { name: 'search', arguments: inputOf(0) }

/** How long and how wide. */
export interface Width {
  readonly seconds: number
  readonly connections: number
  /** Calls a second; as fast as answers come without it. Only ours takes it. */
  readonly rate?: number
}

/** Something that loads a server and says how many answers a second it got, and the median latency. */
export interface Generator {
  readonly name: string
  /** The command, and how its output is read. */
  run(url: string, width: Width): Measured
}

/** What a generator says. */
export interface Measured {
  readonly ratePerSecond: number
  readonly p50Ms: number
}

const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
const headers = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2025-11-25',
}

const run = (file: string, args: readonly string[]): string =>
  execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1e8 })

const found = (text: string, pattern: RegExp): string => {
  const [, value] = pattern.exec(text) ?? []
  if (value === undefined) throw new Error(`${pattern} is not in ${text.slice(0, 1000)}`)
  return value
}

/** Has to be on the PATH. */
export const wrk: Generator = {
  name: 'wrk',
  run: (url, { seconds, connections }) => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-wrk-'))
    try {
      const lines = Object.entries(headers).map(([name, value]) => `wrk.headers["${name}"] = "${value}"`)
      writeFileSync(join(folder, 'post.lua'), ['wrk.method = "POST"', `wrk.body = [[${body}]]`, ...lines].join('\n'))
      const flags = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-s', join(folder, 'post.lua'), url]
      const text = run('wrk', flags)
      if (/Non-2xx|Socket errors/.test(text)) throw new Error(text)
      const [, amount = '', unit = ''] = /^([\d.]+)(us|ms|s)$/.exec(found(text, /50%\s+(\S+)/)) ?? []
      const factor = { us: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN
      return { ratePerSecond: Number(found(text, /Requests\/sec:\s+([\d.]+)/)), p50Ms: Number(amount) * factor }
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

/** Tells latencies in whole milliseconds only. */
export const autocannon: Generator = {
  name: 'autocannon',
  run: (url, { seconds, connections }) => {
    const program = createRequire(import.meta.url).resolve('autocannon/autocannon.js')
    const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}=${value}`])
    const flags = ['-c', String(connections), '-d', String(seconds), '-m', 'POST', '-b', body, ...given, '--json', url]
    const { requests, latency, non2xx, errors } = JSON.parse(run(process.execPath, [program, ...flags])) as {
      readonly requests: { readonly average: number }
      readonly latency: { readonly p50: number }
      readonly non2xx: number
      readonly errors: number
    }
    if (non2xx + errors > 0) throw new Error(`autocannon: ${non2xx + errors} failed`)
    return { ratePerSecond: requests.average, p50Ms: latency.p50 }
  },
}

/** Ours. */
export const millrace: Generator = {
  name: 'millrace bench',
  run: (url, { seconds, connections, rate }) => {
    const program = join(import.meta.dirname, '../../../packages/millrace/src/bin.ts')
    const asked = ['--method', 'tools/call', '--params', JSON.stringify(params), '--protocol', '2025-11-25']
    const offered = rate === undefined ? [] : ['--rate', String(Math.round(rate))]
    const width = [
      '-c',
      String(connections),
      '-d',
      `${seconds}s`,
      '-w',
      '500ms',
      '--max-error-ratio',
      '0',
      '--json',
      '-',
    ]
    const flags = ['--conditions=@millrace/source', program, 'bench', url, ...asked, ...width, ...offered]
    const { ratePerSecond, latency } = JSON.parse(run(process.execPath, flags)) as {
      readonly ratePerSecond: number
      readonly latency: { readonly p50: number }
    }
    return { ratePerSecond, p50Ms: latency.p50 }
  },
}
