// Loads the same servers with `millrace bench`, wrk and autocannon in turn, and compares what they say: `npm run
// agreement`. Ends with 1 when ours differs by more than a tenth from both of the others.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from '../statistics.ts'
import { aligned } from '../table.ts'
import type { ServerName } from '../http/servers.ts'
import { generators } from './generators.ts'
import type { Measured } from './generators.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '4' } },
})
const rounds = Number(values.rounds)
const width = { seconds: Number(values.seconds), connections: 16 }
const servers: readonly ServerName[] = ['raw after 5 ms', 'raw', 'v1 edge', 'v2 edge', 'v1 bare']
const program = fileURLToPath(new URL('../http/serve.ts', import.meta.url))
const lines = [['server', 'generator', 'calls/s', 'of wrk', 'p50 ms', 'agrees']]

for (const server of servers) {
  const child = fork(program, [server], { execArgv: ['--conditions=@millrace/source'] })
  process.on('exit', () => child.kill())
  const [{ port }] = (await once(child, 'message')) as [{ readonly port: number }]
  const url = `http://127.0.0.1:${port}/mcp`
  const results = new Map<string, Measured[]>(generators.map(({ name }) => [name, []]))
  // What each has found is compared within a round, so that what else the machine does weighs on all alike.
  for (const generator of generators) generator.run(url, { ...width, seconds: 2 })
  for (let round = 0; round < rounds; round += 1) {
    const turn = generators.map((_, index) => generators[(index + round) % generators.length]!)
    for (const generator of turn) results.get(generator.name)!.push(generator.run(url, width))
  }
  child.disconnect()
  report(server, results)
}
console.log(aligned(lines, new Set([2, 3, 4])).join('\n'))
console.log(
  `${rounds} rounds of ${width.seconds} s, ${width.connections} connections; load ${loadavg()
    .map((one) => one.toFixed(1))
    .join(' ')}`,
)

function report(server: string, results: ReadonlyMap<string, readonly Measured[]>): void {
  const rates = (name: string) => results.get(name)!.map(({ ratePerSecond }) => ratePerSecond)
  const ratio = (name: string, to: string) => median(rates(name).map((rate, round) => rate / rates(to)[round]!))
  const [ours, ...others] = generators.map(({ name }) => name)
  const isAgreed = others.some((other) => Math.abs(ratio(ours!, other) - 1) <= 0.1)
  if (!isAgreed) process.exitCode = 1
  for (const [name, measured] of results) {
    const p50 = median(measured.map(({ p50Ms }) => p50Ms))
    const verdict = name === ours ? (isAgreed ? 'yes' : 'NO') : ''
    lines.push([server, name, median(rates(name)).toFixed(0), ratio(name, 'wrk').toFixed(2), p50.toFixed(2), verdict])
  }
}
