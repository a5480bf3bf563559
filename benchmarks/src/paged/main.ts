import { copyFileSync, realpathSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { built } from '../built.ts'
import { server } from '../peers/postgres.ts'
import { controlGroup, measured } from './measured.ts'
import type { Server } from './measured.ts'
import { tableOf } from './table.ts'

// A table that is larger than its server's memory, read through a resource of MCP. By itself V8 lets garbage lie until the
// part of the heap for what is young is as large as suits the machine, whoever makes the garbage: so what the SDK alone takes
// for as many bytes stands beside it, and what is taken where there is no more than 100 MB, or V8 is told that there is not.
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
for (const name of ['serve.mjs', 'alone.mjs', 'told.mjs'])
  copyFileSync(join(import.meta.dirname, name), join(folder, name))
for (const name of ['pg', '@modelcontextprotocol/node'])
  symlinkSync(realpathSync(join(benchmarks, 'node_modules', name)), join(folder, 'node_modules', name))

const { address, leave } = await server()
const table = await tableOf(address, megabytes)
const group = await controlGroup(mostBytes)
const paged = { program: join(folder, 'serve.mjs'), args: [JSON.stringify(address), values.page] }
const flags = values.node.split(' ').filter((flag) => flag !== '')
const servers: ReadonlyArray<readonly [name: string, server: Server, mostBytes: number]> = [
  ['the SDK alone', { program: join(folder, 'alone.mjs'), args: [String(table.rows), values.page] }, Infinity],
  ['paged()', paged, Infinity],
  // More than that the group does not get.
  ...(group === undefined ? [] : [['paged() in a group of 100 MB', { ...paged, group }, Infinity] as const]),
  [`paged() with ${flags.join(' ')}`, { ...paged, flags }, mostBytes],
]
process.stdout.write(`table   ${table.rows} rows, ${mega(table.bytes)} on the server\n`)
try {
  for (const [name, one, most] of servers) {
    const { pages, rows, bytes, tookMs, beginBytes, peakBytes, groupBytes } = await measured(one)
    if (rows !== table.rows) throw new Error(`the table has ${table.rows} rows, ${rows} came`)
    const perSecond = bytes / (tookMs / 1000)
    process.stdout.write(`${name}
  read    ${rows} rows, ${mega(bytes)} in ${pages} pages, ${(tookMs / 1000).toFixed(1)} s, ${mega(perSecond)}/s
  memory  ${mega(beginBytes)} before, ${mega(peakBytes)} at most${groupBytes === undefined ? '' : `; the group ${mega(groupBytes)}`}\n`)
    if (peakBytes > most) process.exitCode = 1
  }
} finally {
  await group?.remove()
  await table.drop()
  await leave()
}
