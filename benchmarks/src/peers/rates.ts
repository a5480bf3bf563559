import { peer } from '../case.ts'
import { ours } from './guard.ts'
import type { Guard } from './guard.ts'

const many = 1_000_000_000

const millrace: Guard = ours(
  'rateLimit()',
  async () => {
    const { rateLimit } = await import('@millrace/queue')
    return rateLimit({ calls: many, by: 'principal' })
  },
  { note: 'for each principal' },
)

const asyncSema: Guard = {
  name: 'async-sema 3.1',
  note: 'RateLimit: a timer for every call; who comes too often waits',
  open: async (handler) => {
    const { RateLimit } = await peer(() => import('async-sema'))
    const limited = RateLimit(1_000_000, { timeUnit: 1 })
    return { run: () => limited().then(handler) }
  },
}

const bottleneck: Guard = {
  name: 'bottleneck 2.19',
  note: 'reservoir; timers for every job',
  sampling: { warmUpMs: 0, samples: 3, rounds: 1 },
  open: async (handler) => {
    const { default: Bottleneck } = await peer(() => import('bottleneck'))
    const limiter = new Bottleneck({ reservoir: many })
    return { run: () => limiter.schedule(handler) }
  },
}

/** Ours first, then the others. */
export const rates: readonly Guard[] = [millrace, asyncSema, bottleneck]
