import { fork } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, realpathSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { built } from '../built.ts'
import { server } from '../peers/postgres.ts'
import { readAll } from './read.ts'
import { tableOf } from './table.ts'

// A table that is larger than its server's memory, read through a resource of MCP. By itself V8 collects garbage when its heap
// has grown, and not because 100 MB are all there is: a server that is to live in so little tells it.
const small = '--max-semi-space-size=1 --max-old-space-size=40 --lite-mode'
const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1024' },
    page: { type: 'string', default: '262144' },
    node: { type: 'string', default: small },
  },
})
const megabytes = Number(values.megabytes)
if (!Number.isInteger(megabytes) || megabytes < 1)
  throw new Error(`--megabytes must be an integer ≥ 1, got ${values.megabytes}`)

const mostBytes = 100 * 1_000_000
const mega = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`

const benchmarks = join(import.meta.dirname, '..', '..')
const folder = await built(benchmarks)
copyFileSync(join(import.meta.dirname, 'serve.mjs'), join(folder, 'serve.mjs'))
symlinkSync(realpathSync(join(benchmarks, 'node_modules', 'pg')), join(folder, 'node_modules', 'pg'))

const { address, leave } = await server()
const table = await tableOf(address, megabytes)
const child = fork(join(folder, 'serve.mjs'), [JSON.stringify(address), values.page], {
  execArgv: values.node.split(' ').filter((flag) => flag !== ''),
})
try {
  const [{ url, beginBytes }] = (await once(child, 'message')) as [{ url: string; beginBytes: number }]
  const { pages, rows, bytes, tookMs } = await readAll(url, 'table://rows')
  if (rows !== table.rows) throw new Error(`the table has ${table.rows} rows, ${rows} came`)
  child.send('how much?')
  const [{ peakBytes }] = (await once(child, 'message')) as [{ peakBytes: number }]
  const perSecond = bytes / (tookMs / 1000)
  process.stdout.write(`server  node ${values.node}
table   ${table.rows} rows, ${mega(table.bytes)} on the server
read    ${rows} rows, ${mega(bytes)} in ${pages} pages, ${(tookMs / 1000).toFixed(1)} s, ${mega(perSecond)}/s
memory  ${mega(beginBytes)} before, ${mega(peakBytes)} at most, ${mega(mostBytes)} allowed\n`)
  if (peakBytes > mostBytes) process.exitCode = 1
} finally {
  child.kill()
  await table.drop()
  await leave()
}
