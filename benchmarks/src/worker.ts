// One case in a process of its own: sets it up, then measures whenever it is told to. Ends when its parent hangs up.
import type { Group, Run } from './case.ts'
import { Unavailable } from './case.ts'
import { Stopwatch } from './stopwatch.ts'
import { warmUp } from './warmUp.ts'
import type { Took, WarmUp } from './warmUp.ts'

/** What a worker is told. */
export type Order = ({ readonly type: 'warmUp' } & WarmUp) | { readonly type: 'sample' }

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
      times = await warmUp((count) => timed(run, count), order)
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

const timed = async (run: Run, times: number): Promise<{ readonly ns: number } & Took> => {
  const watch = new Stopwatch()
  const startedAt = performance.now()
  watch.start()
  const own = await run(times)
  watch.stop()
  const wallMs = performance.now() - startedAt
  return { ns: typeof own === 'number' ? own : watch.ns, workMs: watch.ns / 1e6, wallMs }
}

process.on('disconnect', () => process.exit(0))
await begin()
