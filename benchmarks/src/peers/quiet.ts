import type { Result } from '@millrace/core'
import type { Case, Run } from '../case.ts'
import { onFresh } from '../fresh.ts'
import type { Guard, Guarded, Handler } from './guard.ts'

/** What every guarded handler answers. */
export const result: Result = { content: [{ type: 'text', text: 'Springfield (US), population 114394.' }] }

/** A handler that counts how often it has run. */
export const counted = (): { readonly seen: { runs: number }; readonly handler: Handler } => {
  const seen = { runs: 0 }
  const handler: Handler = () => {
    seen.runs += 1
    return Promise.resolve(result)
  }
  return { seen, handler }
}

/** A call that finds nothing to guard against. */
export const quiet = (question: string, guard: Guard, base: Guard, bar?: number): Case => ({
  name: `${question}: ${guard.name}`,
  base: `${question}: ${base.name}`,
  ...(guard.note === undefined ? {} : { note: guard.note }),
  ...(guard.sampling === undefined ? {} : { sampling: guard.sampling }),
  ...(bar === undefined ? {} : { bar }),
  setup: async () => {
    const { seen, handler } = counted()
    const guarded = await guard.open(handler)
    return async (times) => {
      const before = seen.runs
      const ns = await measured(times, guarded)
      if (seen.runs - before !== times) throw new Error(`${seen.runs - before} runs for ${times} calls`)
      return ns
    }
  },
})

/** One such call for each guard; the first has a bar, in µs, and is what the others are compared with. */
export const compared = (question: string, guards: readonly Guard[], bar: number): Case[] =>
  guards.map((guard, index) => quiet(question, guard, guards[0] as Guard, index === 0 ? bar : undefined))

/** Calls that are all refused: the error is made and caught. */
export const refusals = ({ prepare, run }: Guarded): Run => {
  const refused = async (prepared: never): Promise<void> => {
    try {
      await run(prepared)
    } catch {
      return
    }
    throw new Error('nothing was refused')
  }
  return (times) => measured(times, prepare === undefined ? { run } : { prepare, run }, refused)
}

const measured = (times: number, { prepare, run }: Guarded, work = run): Promise<number> =>
  onFresh(times, () => prepare?.() as never, work)
