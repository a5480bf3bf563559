// A long run: `npm run soak -- --minutes 10 --rounds 20` for each SDK line, of which it prints the curve.
import { parseArgs } from 'node:util'
import { soak } from './soak.ts'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, rounds: { type: 'string', default: '20' } },
})
const forMs = Number(values.minutes) * 60_000
const rounds = Number(values.rounds)
if (!(forMs > 0) || !Number.isInteger(rounds) || rounds < 4) {
  throw new TypeError(`soak: expected --minutes above 0 and --rounds of at least 4, got ${JSON.stringify(values)}`)
}

for (const line of ['v1', 'v2']) {
  console.log(`${line}\n   time  clients     heap  sockets  active  sessions`)
  const report = await soak({
    line,
    // Both lines share the time.
    forMs: forMs / 2,
    rounds,
    onRound: ({ atMs, done, heapBytes, sockets, active, sessions }) => {
      const heap = `${(heapBytes / 2 ** 20).toFixed(2)} MiB`
      const row = [
        [`${(atMs / 1000).toFixed(0)} s`, 7],
        [done, 9],
        [heap, 11],
        [sockets, 7],
        [active, 8],
        [sessions, 10],
      ]
      console.log(row.map(([value, width]) => String(value).padStart(width as number)).join(''))
    },
  })
  const isClean = report.rounds.every(({ sockets, active, sessions }) => sockets + active + sessions === 0)
  console.log(
    `${line}: heap ${(report.growthRatio * 100).toFixed(2)} % larger in the last quarter than in the second, ` +
      `${isClean ? 'nothing' : 'something'} left behind, ${report.faults.length} faults`,
  )
  for (const fault of report.faults) console.error(fault)
  if (!isClean || report.faults.length > 0 || Math.abs(report.growthRatio) > 0.02) process.exitCode = 1
}
