import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gate } from './fixtures/gate.ts'
import { opened } from './fixtures/open.ts'

const kinds = ['answer', 'answer', 'answer', 'throw', 'exit', 'cancel', 'leave'] as const

type Kind = (typeof kinds)[number]

const expected: { readonly [kind in Kind]: (n: number) => unknown } = {
  answer: (n) => n,
  throw: (n) => `error ${n}`,
  exit: () => "The task 'task' ended its thread with exit code 0.",
  cancel: () => 'cancelled',
  leave: () => 'left',
}

test('whatever tasks do to their threads, in whatever order, each caller gets what is its own', async () => {
  const pool = await opened({ minThreads: 2, maxThreads: 2, maxQueued: Infinity })
  const task = pool.offload(
    function task(kind: string, n: number, flag: Int32Array<SharedArrayBuffer>) {
      if (kind === 'throw') throw new Error(`error ${n}`)
      if (kind === 'exit') process.exit(0)
      if (kind !== 'cancel') return n
      Atomics.add(flag, 1, 1)
      for (;;);
    },
    { priority: (_, n) => (['critical', 'high', 'normal', 'low'] as const)[n % 4] ?? 'low' },
  )
  const run = async (kind: Kind, n: number): Promise<unknown> => {
    const leaving = new AbortController()
    const { flag, arrived } = gate()
    const result = task(kind, n, flag, leaving.signal)
    if (kind === 'leave') leaving.abort('left')
    // Only when it runs in its loop.
    if (kind === 'cancel') void arrived(1).then(() => leaving.abort('cancelled'))
    return result.catch((error: unknown) => (error instanceof Error ? error.message : error))
  }
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 10 }), async (plan) => {
      const results = await Promise.all(plan.map((kind, n) => run(kind, n)))
      expect(results).toEqual(plan.map((kind, n) => expected[kind](n)))
      expect(pool.stats()).toMatchObject({ running: 0, queued: 0 })
    }),
    { numRuns: 15 },
  )
})
