// A long run: `npm run fuzz -- 100000 7` sends so many requests, made from that seed, to a server of each SDK line.
import { fuzz, fuzzed } from './fuzz.ts'
import { servers } from './servers.ts'

const [requests = 100_000, seed = Date.now() % 1e6] = process.argv.slice(2).map(Number)

for (const { name, open } of servers) {
  const serving = await open(fuzzed)
  const port = Number(serving.url.port)
  // What is made once is there before the first look at the heap.
  await fuzz({ port, requests: Math.min(requests / 10, 5000), seed: seed + 1 })
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  const startedAt = performance.now()
  const { counts, faults } = await fuzz({ port, requests, seed })
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
  globalThis.gc?.()
  const grown = (process.memoryUsage().heapUsed - before) / 2 ** 20
  const { active } = await serving.stats()
  await serving.close()
  console.log(
    `${name}, seed ${seed}: ${requests} requests in ${seconds} s, ${faults.length} faults, ${active} left open`,
  )
  console.log(`heap grown by ${grown.toFixed(1)} MiB`)
  for (const [label, count] of [...counts].toSorted(([a], [b]) => a.localeCompare(b)))
    console.log(`  ${label}: ${count}`)
  for (const fault of faults) console.error(fault)
  if (faults.length > 0 || active > 0 || grown > 16) process.exitCode = 1
}
