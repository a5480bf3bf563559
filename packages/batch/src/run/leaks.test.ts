import { manualClock, watchedCancellation } from '@millrace/core/testing'
import { expect, it } from 'vitest'
import { heldBatches, settle } from '../fixtures/heldBatches.ts'
import type { HeldBatch } from '../fixtures/heldBatches.ts'
import { runBatch } from './batch.ts'

type End = (batch: HeldBatch<string>, advance: (ms: number) => void, abort: (reason: unknown) => void) => void

it.each<[string, End]>([
  ['answers', ({ answer }) => answer()],
  ['fails', ({ reject }) => reject(new Error('down'))],
  ['answers something else', ({ resolve }) => resolve('no array')],
  ['takes too long', (_, advance) => advance(1000)],
  ['is cancelled', (_, __, abort) => abort('left')],
])('a batch that %s leaves no listener and no timer', async (_, end) => {
  const clock = manualClock()
  const { run, batches } = heldBatches<string>()
  const { own, listeners } = watchedCancellation()
  const answer = runBatch({ name: 'batch', run, timeoutMs: 1000, clock }, ['a'], own)
  answer.catch(() => {})
  expect([listeners(), clock.timers]).toEqual([1, 1])
  end(batches[0] as HeldBatch<string>, clock.advance, own.abort)
  await settle()
  expect([listeners(), clock.timers]).toEqual([0, 0])
})
