import type { Call, Result } from '@millrace/core'
import pLimit from 'p-limit'
import { goneReason, isGone, onGone } from '../caller.ts'
import { Fault } from './fault.ts'
import type { Plan, Step } from './plan.ts'
import { valueOf } from './value.ts'

/** What came of a step. */
export type StepOutcome =
  | { readonly status: 'ok'; readonly value: unknown }
  | { readonly status: 'error' | 'skipped'; readonly message: string }

/** How a plan is run. */
export interface Execution {
  readonly call: Call
  readonly maxConcurrent: number
  /** Calls the tool of a step. */
  readonly run: (step: Step, args: unknown) => Promise<Result>
  /** Told after each step. */
  readonly onDone: (done: number) => void
}

/**
 * Runs every step once, as soon as those it waits for are done: independent ones side by side. A step that fails has
 * those that wait for it skipped, and no others.
 *
 * @throws (rejects) the reason of the cancellation, at once; what has not begun never does
 */
export const execute = async (plan: Plan, execution: Execution): Promise<ReadonlyMap<string, StepOutcome>> => {
  const { call, maxConcurrent, onDone } = execution
  const limit = pLimit(maxConcurrent)
  const outcomes = new Map<string, StepOutcome>()
  const finished = new Map<string, Promise<void>>()
  const finish = async (step: Step): Promise<void> => {
    await Promise.all([...step.after].map((id) => finished.get(id) as Promise<void>))
    const failed = [...step.after].find((id) => outcomes.get(id)?.status !== 'ok')
    outcomes.set(
      step.id,
      failed === undefined
        ? await limit(() => outcomeOf(step, outcomes, execution))
        : { status: 'skipped', message: `Not run, because step "${failed}" ${verb(outcomes.get(failed))}.` },
    )
    onDone(outcomes.size)
  }
  const gone = new Promise<never>((_, reject) => {
    const stop = onGone(call, (reason) => {
      limit.clearQueue()
      reject(reason)
    })
    for (const step of plan.steps) finished.set(step.id, finish(step))
    const end = () => stop()
    Promise.all(finished.values()).then(end, end)
  })
  await Promise.race([gone, Promise.all(finished.values())])
  return outcomes
}

const outcomeOf = async (
  step: Step,
  outcomes: ReadonlyMap<string, StepOutcome>,
  { call, run }: Execution,
): Promise<StepOutcome> => {
  if (isGone(call)) throw goneReason(call)
  try {
    const args = step.template.fill((id) => (outcomes.get(id) as { readonly value: unknown }).value)
    return await answered(run(step, args))
  } catch (error) {
    if (error instanceof Fault) return { status: 'error', message: `Not run: ${error.message}.` }
    return { status: 'error', message: error instanceof Error ? error.message : String(error) }
  }
}

const answered = async (answer: Promise<Result>): Promise<StepOutcome> => {
  const result = await answer
  if (result['resultType'] === 'input_required')
    return { status: 'error', message: 'The tool asks for input, which a step cannot give: call it by itself.' }
  const value = valueOf(result)
  if (result['isError'] !== true) return { status: 'ok', value }
  const message = typeof value === 'string' ? value : JSON.stringify(value)
  return { status: 'error', message: message.slice(0, maxMessageLength) }
}

const maxMessageLength = 2000

const verb = (outcome: StepOutcome | undefined): string => (outcome?.status === 'skipped' ? 'was not run' : 'failed')
