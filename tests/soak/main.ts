// An hour in ten minutes, after ten that fill what has bounds: `npm run soak:atlas -- --minutes 20 --rounds 40` lets real
// clients of both SDKs come and go, and prints what the atlas takes after each round, and whether that grows.
import { parseArgs } from 'node:util'
import type { Round } from './soak.ts'
import { courseOf } from './slope.ts'
import { soak } from './soak.ts'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '20' }, rounds: { type: 'string', default: '40' } },
})
const forMs = Number(values.minutes) * 60_000
const rounds = Number(values.rounds)
if (!(forMs > 0) || !Number.isInteger(rounds) || rounds < 4)
  throw new TypeError(`soak: expected --minutes above 0 and --rounds of at least 4, got ${JSON.stringify(values)}`)

const mebi = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MiB`
const row = (...cells: ReadonlyArray<string | number>): void =>
  void process.stdout.write(
    `${cells
      .map((one) => String(one).padStart(12))
      .join('')
      .trimEnd()}\n`,
  )

row('time', 'calls', 'heap', 'RSS', 'in cache', 'sockets', 'pooled', 'in use', 'requests', 'sessions')
const report = await soak({
  forMs,
  rounds,
  onRound: ({ atMs, calls, heapBytes, rssBytes, cachedBytes, sockets, pooled, busy, active, sessions }) => {
    const bytes = [heapBytes, rssBytes, cachedBytes].map(mebi)
    row(`${(atMs / 1000).toFixed(0)} s`, calls, ...bytes, sockets, pooled, busy, active, sessions)
  },
})
const percent = (ratio: number): string => `${ratio < 0 ? '' : '+'}${(ratio * 100).toFixed(2)} %`
const growths = (['heapBytes', 'rssBytes'] as const).map((name) => {
  const points = report.rounds.map((round: Round) => ({ atMs: round.atMs, value: round[name] }))
  const { start, end, growthRatio, hourlyRatio } = courseOf(points)
  process.stdout.write(
    `${name === 'heapBytes' ? 'heap' : 'RSS '}  ${mebi(start)} in the third quarter, ${mebi(end)} in the last: ` +
      `${percent(growthRatio)}; slope ${percent(hourlyRatio)} an hour\n`,
  )
  return growthRatio
})
const isClean = report.rounds.every(({ busy, active, sessions }) => busy + active + sessions === 0)
process.stdout.write(
  `${isClean ? 'nothing' : 'something'} left behind, ${report.faults.length} faults, ${report.refused} visitors sent away, ` +
    `exit code ${report.exitCode}\n`,
)
for (const fault of report.faults) process.stderr.write(`${fault}\n`)
if (!isClean || report.faults.length > 0 || report.exitCode !== 0 || growths.some((ratio) => ratio > 0.02))
  process.exitCode = 1
