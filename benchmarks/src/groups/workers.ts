import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as passed } from 'node:timers/promises'
import type { Case, Group, Run } from '../case.ts'
import { inline, ours, oursWithin, piscina, tinypool } from '../peers/threads.ts'
import type { InThread } from '../peers/threads.ts'

/** One task after the other. */
const trips =
  (run: InThread): Run =>
  async (times) => {
    for (let n = 0; n < times; n += 1) if ((await run(n)) !== n + 1) throw new Error('a thread gave a wrong answer')
  }

const trip = (name: string, open: (task: string) => Promise<InThread>): Case => ({
  name: `a task that takes no time: ${name}`,
  base: 'a task that takes no time: piscina',
  setup: async () => trips(await open('next')),
})

const windowMs = 500

/** The 99th percentile of the event loop's delay while two callers have CPU tools run, each one after the other. */
const delayed = (run: InThread | undefined): Run => {
  const caller = async (): Promise<never> => {
    for (;;) if ((await run?.(0)) !== 33_860) throw new Error('the tool counts wrongly')
  }
  if (run !== undefined) void Promise.all([caller(), caller()])
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  return async (times) => {
    delay.reset()
    await passed(windowMs * times)
    return delay.percentile(99) * times
  }
}

const loop = (name: string, open: () => Promise<InThread | undefined>, bar?: number): Case => ({
  name: `p99 of the event loop's delay, two CPU tools: ${name}`,
  base: "p99 of the event loop's delay, two CPU tools: inline",
  unit: 'ms',
  sampling: { warmUpMs: windowMs, sampleMs: windowMs, samples: 5, rounds: 3 },
  ...(bar === undefined ? {} : { bar }),
  setup: async () => delayed(await open()),
})

/** What a thread costs, and what it saves the event loop. */
export const group: Group = {
  name: 'workers',
  module: import.meta.url,
  cases: [
    trip('piscina', piscina),
    trip('tinypool', tinypool),
    trip('workers()', ours),
    trip('workers(), within a signal', oursWithin),
    loop('inline', inline),
    loop('none runs', async () => undefined),
    loop('piscina', () => piscina('primes')),
    loop('tinypool', () => tinypool('primes')),
    loop('workers()', () => ours('primes'), 20),
  ],
  comparisons: [
    {
      name: 'workers() adds to piscina',
      of: 'a task that takes no time: workers()',
      with: 'a task that takes no time: piscina',
      as: 'added',
    },
  ],
}
