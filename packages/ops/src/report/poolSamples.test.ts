import { channel } from '@millrace/core'
import { metrics } from '@millrace/metrics'
import { expect, it, onTestFinished } from 'vitest'
import { PoolSamples } from './poolSamples.ts'

const watched = (stats: { size: number; busy: number; waiting: number; limit: number }) => {
  const own = metrics({ process: false })
  own.watch({ pool: { stats: () => ({ pool: 'db', ...stats }) } })
  let now = 0
  const samples = new PoolSamples(own.registry, () => now)
  onTestFinished(() => {
    samples.end()
    own.close()
  })
  const query = (at: number, tookMs: number) => {
    now = at
    channel('pg').publish({ type: 'pg.query', pool: 'db', waitMs: 0, tookMs, error: undefined })
  }
  return { samples, query }
}

it('a pool was used by as many queries as ran at once, also between two looks', async () => {
  const { samples, query } = watched({ size: 9, busy: 1, waiting: 0, limit: 10 })
  await samples.take()
  for (const at of [103, 104, 105, 120]) query(at, 4)
  await samples.take()
  expect(samples.all()).toEqual([{ pool: 'db', limit: 10, peak: 3, waiting: 0, samples: 2, fullSamples: 0 }])
  samples.end()
  for (let at = 201; at < 204; at += 1) query(at, 100)
  expect(samples.all()).toMatchObject([{ peak: 3 }])
})

it('a pool is too small when callers wait while all connections are in use, not while it connects', async () => {
  const connecting = watched({ size: 2, busy: 2, waiting: 7, limit: 10 })
  await connecting.samples.take()
  expect(connecting.samples.all()).toMatchObject([{ waiting: 0, fullSamples: 0 }])
  const full = watched({ size: 10, busy: 10, waiting: 7, limit: 10 })
  await full.samples.take()
  expect(full.samples.all()).toMatchObject([{ waiting: 7, fullSamples: 1 }])
})
