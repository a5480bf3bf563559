import type { Case, Group, Run } from '../case.ts'
import { ours } from '../peers/guard.ts'
import type { Guard } from '../peers/guard.ts'
import { hanging, queues, refusing } from '../peers/queues.ts'
import { compared, counted, refusals } from '../peers/quiet.ts'
import { rates } from '../peers/rates.ts'
import { Stopwatch } from '../stopwatch.ts'

const crowd = 1010

/** So many calls at once, of which ten run and a thousand wait, until all have been answered. */
const crowded = (guard: Guard, base: Guard, bar?: number): Case => ({
  name: `1,000 wait: ${guard.name}`,
  base: `1,000 wait: ${base.name}`,
  ...(guard.note === undefined ? {} : { note: guard.note }),
  ...(guard.sampling === undefined ? {} : { sampling: guard.sampling }),
  ...(bar === undefined ? {} : { bar }),
  setup: async (): Promise<Run> => {
    const { seen, handler } = counted()
    const { prepare, run } = await guard.open(handler)
    return async (times) => {
      const watch = new Stopwatch()
      const rounds = Math.max(1, Math.round(times / crowd))
      const before = seen.runs
      for (let round = 0; round < rounds; round += 1) {
        const prepared = Array.from({ length: crowd }, () => prepare?.() as never)
        watch.start()
        await Promise.all(prepared.map((one) => run(one)))
        watch.stop()
      }
      const calls = rounds * crowd
      if (seen.runs - before !== calls) throw new Error(`${seen.runs - before} runs for ${calls} calls`)
      return (watch.ns / calls) * times
    }
  },
})

/** A call that comes when there is no room for it. */
const refused = (guard: Guard, base: Guard, bar?: number): Case => ({
  name: `refused: ${guard.name}`,
  base: `refused: ${base.name}`,
  ...(bar === undefined ? {} : { bar }),
  note: [guard.note, 'with the error, and catching it'].filter(Boolean).join('; '),
  setup: async () => {
    const guarded = await guard.open(hanging)
    for (let call = 0; call < 2; call += 1) guarded.run(guarded.prepare?.() as never).catch(() => {})
    return refusals(guarded)
  },
})

/** What of ours refuses in other ways than the first. */
const others: readonly Guard[] = [
  ours(
    'queue(), of 1,000 who wait',
    async () => {
      const { queue } = await import('@millrace/queue')
      const { fakeCall } = await import('@millrace/core/testing')
      const full = queue({ maxConcurrent: 10, discipline: 'fifo' })
      for (let call = 0; call < crowd; call += 1) full(fakeCall({ target: 'search' }), hanging).catch(() => {})
      return full
    },
    { note: 'a full waiting room of the usual size' },
  ),
  ours('rateLimit()', async () => (await import('@millrace/queue')).rateLimit({ calls: 1, perMs: 3_600_000 })),
]

/** What a queue and a rate limit cost, next to those that others use for it. */
export const group: Group = {
  name: 'queue',
  module: import.meta.url,
  cases: [
    ...compared('free slot', queues, 0.3),
    ...queues.map((guard, index) => crowded(guard, queues[0] as Guard, index === 0 ? 1.5 : undefined)),
    ...refusing.map((guard, index) => refused(guard, refusing[0] as Guard, index === 0 ? 2 : undefined)),
    ...others.map((guard) => refused(guard, refusing[0] as Guard, 2)),
    ...compared('rate limit that lets through', rates, 0.3),
  ],
}
