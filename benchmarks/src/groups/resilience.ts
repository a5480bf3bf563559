import type { Case, Group } from '../case.ts'
import { breakers } from '../peers/breakers.ts'
import { ours } from '../peers/guard.ts'
import type { Guard } from '../peers/guard.ts'
import { compared, quiet, refusals, result } from '../peers/quiet.ts'
import { retries } from '../peers/retries.ts'
import { timeouts } from '../peers/timeouts.ts'

/** A call that an open breaker refuses. */
const refused = (guard: Guard, base: Guard): Case => ({
  name: `breaker open, refuses: ${guard.name}`,
  base: `breaker open, refuses: ${base.name}`,
  ...(guard === base ? { bar: 2 } : {}),
  note: 'with the error, and catching it',
  setup: async () => {
    let runs = 0
    const guarded = await guard.open(() => {
      runs += 1
      return Promise.reject(new Error('down'))
    })
    const refuse = refusals(guarded)
    for (let call = 0; call < 100; call += 1) await guarded.run(guarded.prepare?.() as never).catch(() => {})
    if (runs >= 100) throw new Error('it never opened')
    return async (times) => {
      const before = runs
      const ns = await refuse(times)
      if (runs !== before) throw new Error('what is refused must not run')
      return ns
    }
  },
})

/** The handler alone, awaited as the others are. */
const bare: Guard = { name: 'nothing', open: async (handler) => ({ run: handler }) }

/** What passes through a middleware that has nothing to do. */
const passing: readonly Guard[] = [
  bare,
  ours('fallback()', async () => (await import('@millrace/resilience')).fallback(result)),
  ours('hedge(), before it knows enough', async () =>
    (await import('@millrace/resilience')).hedge({ minSamples: 1_000_000 }),
  ),
  ours('hedge(), first attempt in time', async () =>
    (await import('@millrace/resilience')).hedge({ minSamples: 1, minDelayMs: 60_000 }),
  ),
  ours('hedge(), a tool that writes', async () => (await import('@millrace/resilience')).hedge(), { isRead: false }),
  ours('limitResult(), 120 bytes', async () => (await import('@millrace/resilience')).limitResult()),
]

/** What resilience costs while all is well, and what a refusal costs when it is not. */
export const group: Group = {
  name: 'resilience',
  module: import.meta.url,
  cases: [
    ...compared('breaker closed', breakers, 0.4),
    ...breakers.map((guard) => refused(guard, breakers[0] as Guard)),
    ...compared('timeout that does not fire', timeouts, 0.4),
    ...compared('retry that does not retry', retries, 0.3),
    ...passing.map((guard) => quiet('passes through', guard, bare)),
  ],
}
