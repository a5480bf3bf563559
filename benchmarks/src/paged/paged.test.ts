import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { server } from '../peers/postgres.ts'
import { measured } from './measured.ts'
import { tableOf } from './table.ts'
import type { Table } from './table.ts'

let running: Awaited<ReturnType<typeof server>>
let table: Table
beforeAll(async () => {
  running = await server()
  table = await tableOf(running.address, 64)
}, 60_000)
afterAll(async () => {
  await table?.drop()
  await running?.leave()
})

it('a table is read page by page in memory for some pages, whatever its size', { timeout: 120_000 }, async () => {
  const program = join(import.meta.dirname, 'serve.mjs')
  const args = [JSON.stringify(running.address), '262144']
  // Garbage goes at once, so that what is left is what somebody holds.
  const flags = ['--conditions=@millrace/source', '--max-semi-space-size=1', '--max-old-space-size=64']
  const { rows, bytes, beginBytes, peakBytes } = await measured({ program, args, flags })
  expect([rows, bytes > 64_000_000]).toEqual([table.rows, true])
  process.stdout.write(
    `paged: ${(beginBytes / 1e6).toFixed(1)} MB before, ${(peakBytes / 1e6).toFixed(1)} MB at most\n`,
  )
  expect((peakBytes - beginBytes) / 1_000_000).toBeLessThan(35)
})
