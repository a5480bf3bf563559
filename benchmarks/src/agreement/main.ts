// Loads the same servers with `millrace bench`, wrk and autocannon in turn, and compares what they say: `npm run
// agreement`. Ends with 1 when ours differs by more than a tenth. Takes under three minutes.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { aligned } from '../table.ts'
import type { ServerName } from '../http/servers.ts'
import { alikeMs, alikeRatio, atHalf, best, loads, roundOf, rowOf } from './agreement.ts'
import type { Load, Row } from './agreement.ts'
import { millrace, wrk } from './generators.ts'
import type { Generator, Measured } from './generators.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '1' } },
})
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)
const servers: readonly ServerName[] = ['raw after 5 ms', 'raw', 'v2 edge', 'v1 bare']
const program = fileURLToPath(new URL('../http/serve.ts', import.meta.url))
const lines = [['server', 'load', '', 'millrace', 'wrk', 'autocannon', 'ratio', 'bar', 'agrees']]

for (const server of servers) {
  const child = fork(program, [server], { execArgv: ['--conditions=@millrace/source'] })
  process.on('exit', () => child.kill())
  const [{ port }] = (await once(child, 'message')) as [{ readonly port: number }]
  for (const row of rowsOf(`http://127.0.0.1:${port}/mcp`)) lines.push(lineOf(server, row))
  child.disconnect()
}
console.log(aligned(lines, new Set([3, 4, 5, 6])).join('\n'))
const load = loadavg().map((one) => one.toFixed(1))
console.log(`\nThe best of ${rounds} rounds of ${seconds} s each, in turn; load of the machine ${load.join(' ')}.`)

function rowsOf(url: string): Row[] {
  const found = new Map<Load, Map<Generator, Measured[]>>(loads.map((load) => [load, new Map()]))
  const half: Measured[] = []
  wrk.run(url, { seconds: 2, connections: 16 })
  for (let round = 0; round < rounds; round += 1) {
    for (const load of loads) {
      for (const [generator, measured] of roundOf(url, load, round, seconds)) {
        found.get(load)!.set(generator, [...(found.get(load)!.get(generator) ?? []), measured])
      }
    }
    const rate = best(found.get(loads[0]!)!.get(wrk)!, 'answers/s') / 2
    half.push(millrace.run(url, { seconds, connections: 16, rate }))
  }
  const [all, one] = loads.map((load) => rowOf(load, found.get(load)!)) as [Row, Row]
  return [all, one, atHalf(one, half)]
}

function lineOf(server: string, { load, unit, ours, wrk, autocannon, ratio, agrees }: Row): string[] {
  if (!agrees) process.exitCode = 1
  const shown = (value: number | undefined) => value?.toFixed(unit === 'p50 ms' ? 3 : 0) ?? ''
  const range = `${(1 - alikeRatio).toFixed(1)} to ${(1 + alikeRatio).toFixed(1)}`
  const bar = unit === 'p50 ms' ? `${range}, or ${alikeMs} ms` : range
  const numbers = [shown(ours), shown(wrk), shown(autocannon), ratio.toFixed(2)]
  return [server, load, unit, ...numbers, bar, agrees ? 'yes' : 'NO']
}
