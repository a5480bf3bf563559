import type { Result } from '@millrace/core'
import type { StepOutcome } from './execution.ts'
import type { Plan } from './plan.ts'

/**
 * The answer to a staged call: what came of each step that was asked for, and of each that went wrong. Values that do
 * not fit into `maxResultBytes` together are left out, in the order of the steps. It is an error when nothing went well.
 */
export const answerOf = (plan: Plan, outcomes: ReadonlyMap<string, StepOutcome>, maxResultBytes: number): Result => {
  const steps: Array<readonly [id: string, shown: unknown]> = []
  let leftBytes = maxResultBytes
  let isError = true
  for (const { id } of plan.steps) {
    const outcome = outcomes.get(id) as StepOutcome
    if (outcome.status === 'ok') isError = false
    else steps.push([id, outcome])
    if (outcome.status !== 'ok' || !plan.returned.has(id)) continue
    const bytes = bytesOf(outcome.value)
    const fits = bytes <= leftBytes && bytes !== Infinity
    steps.push([id, fits ? outcome : leftOut(bytes, leftBytes)])
    if (fits) leftBytes -= bytes
  }
  const structuredContent = { steps: Object.fromEntries(steps) }
  const content = [{ type: 'text', text: JSON.stringify(structuredContent) }]
  return isError ? { content, structuredContent, isError } : { content, structuredContent }
}

const leftOut = (bytes: number, leftBytes: number): object => ({
  status: 'ok',
  message:
    bytes === Infinity
      ? 'It went well, but its value cannot be written as JSON.'
      : `It went well, but its value takes ${bytes} bytes where ${leftBytes} are left, so it is not shown; later steps could use it.`,
})

/** Infinity for what JSON cannot hold. */
const bytesOf = (value: unknown): number => {
  try {
    return Buffer.byteLength(JSON.stringify(value) ?? 'null')
  } catch {
    return Infinity
  }
}
