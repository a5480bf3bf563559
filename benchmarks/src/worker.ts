// One case in a process of its own: sets it up, then measures whenever it is told to. Ends when its parent hangs up.
import { setImmediate } from 'node:timers/promises'
import type { Group, Run } from './case.ts'
import { Unavailable } from './case.ts'
import { Stopwatch } from './stopwatch.ts'

/** What a worker is told. */
export type Order =
  | { readonly type: 'warmUp'; readonly warmUpMs: number; readonly sampleMs: number }
  | { readonly type: 'sample' }

/** What it answers; `ready` and `unavailable` without being asked. */
export type Answer =
  | { readonly type: 'ready' }
  | { readonly type: 'warm' }
  | { readonly type: 'sample'; readonly ns: number }
  | { readonly type: 'unavailable'; readonly reason: string }
  | { readonly type: 'crashed'; readonly reason: string }

const answer = (message: Answer): void => void process.send?.(message)

const begin = async (): Promise<void> => {
  const [module = '', name] = process.argv.slice(2)
  const { group } = (await import(module)) as { readonly group: Group }
  const found = group.cases.find((one) => one.name === name)
  if (found === undefined) throw new Error(`${group.name} has no case ${name}`)
  try {
    serve(await found.setup())
    answer({ type: 'ready' })
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    answer({ type: 'unavailable', reason: error.message })
  }
}

const serve = (run: Run): void => {
  let times = 1
  const obey = async (order: Order): Promise<void> => {
    if (order.type === 'warmUp') {
      times = await warmUp(run, order.warmUpMs, order.sampleMs)
      globalThis.gc?.()
      answer({ type: 'warm' })
    } else {
      const { ns } = await timed(run, times)
      answer({ type: 'sample', ns: ns / times })
    }
  }
  process.on('message', (order) => {
    obey(order as Order).catch((error: unknown) => {
      answer({ type: 'crashed', reason: error instanceof Error ? error.message : String(error) })
    })
  })
}

/** Runs until it is warm. Returns how many times fill a sample. */
const warmUp = async (run: Run, warmUpMs: number, sampleMs: number): Promise<number> => {
  let times = 1
  let passedMs = 0
  for (;;) {
    const { allNs } = await timed(run, times)
    const tookMs = Math.max(allNs / 1e6, leastMs)
    passedMs += tookMs
    const wanted = Math.min(mostTimes, Math.max(1, Math.round((times * sampleMs) / tookMs)))
    if (passedMs >= warmUpMs && (wanted < times * 2 || times === mostTimes)) return wanted
    // In steps, since the first runs are slow and say little.
    times = Math.min(wanted, times * 2)
    // Work that never waits would keep this process from hearing that its parent is gone.
    await setImmediate()
  }
}

/** What no run takes less than, so that work that is nothing comes to an end. */
const leastMs = 0.001
const mostTimes = 2 ** 30

const timed = async (run: Run, times: number): Promise<{ readonly ns: number; readonly allNs: number }> => {
  const watch = new Stopwatch()
  watch.start()
  const own = await run(times)
  watch.stop()
  return { ns: typeof own === 'number' ? own : watch.ns, allNs: watch.ns }
}

process.on('disconnect', () => process.exit(0))
await begin()
