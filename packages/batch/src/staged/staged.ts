import { arrayOf, asMiddleware, checkOptions, either, func, integer, record, text } from '@millrace/core'
import type { Call, Middleware, Next, Result, Tools } from '@millrace/core'
import { Progress } from '../mapLimit/progress.ts'
import { events } from '../report.ts'
import { answerOf } from './answer.ts'
import { descriptionOf, inputSchemaOf, outputSchema } from './definition.ts'
import type { Definition } from './definition.ts'
import { execute } from './execution.ts'
import type { StepOutcome } from './execution.ts'
import { Fault } from './fault.ts'
import { checkTools } from './known.ts'
import type { Asked } from './known.ts'
import { planOf } from './plan.ts'
import type { Plan, PlanRules } from './plan.ts'

/** A request of a step, or the one for the list of tools, as a client would send it. */
export interface StepRequest {
  readonly method: 'tools/call' | 'tools/list'
  readonly params: { readonly [name: string]: unknown }
}

/** Options of `staged`. */
export interface StagedOptions {
  /**
   * Sends a request to the server that a call is on its way through, from the same caller and through the same chain:
   * `invoke` of `@millrace/mcp`. The `staged` of `millrace` has it already.
   */
  readonly invoke: (call: Call, request: StepRequest) => Promise<Result>
  /**
   * The tools that the server of a call has, so that a step with a tool that is not there is found before anything is run;
   * undefined where they are not known. `toolNames` of `@millrace/mcp`, which the `staged` of `millrace` has already.
   *
   * @default not known: such a step fails when its turn comes
   */
  readonly toolNames?: ((call: Call) => readonly string[] | undefined) | undefined
  /** What the tool is called. @default 'run_steps' */
  readonly name?: string | undefined
  /** What the model is told of it. @default what it does and how references are written, with an example */
  readonly description?: string | undefined
  /** The tools that steps may call, by name or by a function that says so. @default every tool of the server */
  readonly tools?: readonly string[] | ((name: string) => boolean) | undefined
  /** Steps in one call, from 1 to 1000. @default 20 */
  readonly maxSteps?: number | undefined
  /** Steps of one call that run at a time, at least 1. @default 5 */
  readonly maxConcurrent?: number | undefined
  /** Bytes of all values in an answer, as JSON; what does not fit is left out, and the answer says so. @default 200_000 */
  readonly maxResultBytes?: number | undefined
  /** What the tool says of itself: `{ readOnlyHint: true }` where `tools` lets only such tools be called. @default nothing */
  readonly annotations?: { readonly [hint: string]: unknown } | undefined
}

/**
 * Gives a server a tool that calls several of its tools in one go. Steps refer to each other's results; each runs as
 * soon as those it needs are done, independent ones side by side. Every step goes through the server's own chain as the
 * same caller, so caches, limits and permissions hold for each.
 *
 * It is a middleware: the tool appears in `tools/list`, and its calls end here. It belongs outside whatever limits how
 * many calls run, or steps wait for the slot that their own call holds. Steps cannot call the tool itself, or another
 * one made by `staged`.
 *
 * What is wrong with a call (a cycle, a reference to no step, a tool that is not there, too many steps) is an `isError` result that names it, and
 * nothing is run.
 *
 * @throws TypeError when an option makes no sense, and at attaching when the server has a tool of this name
 */
export const staged = (options: StagedOptions): Middleware & { readonly stage: 'staged' } => {
  checkOptions('staged', options, checks)
  if (typeof (options as StagedOptions | undefined)?.invoke !== 'function')
    throw new TypeError('staged.invoke must be a function (call, request), such as invoke of @millrace/mcp')
  const { invoke, name = 'run_steps', maxSteps = 20, maxConcurrent = 5, maxResultBytes = 200_000 } = options
  const { description = descriptionOf(maxSteps), annotations, tools, toolNames } = options
  const definition: Definition = {
    name,
    title: 'Run several steps',
    description,
    inputSchema: inputSchemaOf(maxSteps),
    outputSchema,
    ...(annotations === undefined ? {} : { annotations }),
  }
  const isAllowed = typeof tools === 'function' ? tools : (tool: string) => tools === undefined || tools.includes(tool)
  const rules: PlanRules = {
    maxSteps,
    objection: (tool) =>
      tool === name ? 'it cannot call itself' : isAllowed(tool) ? undefined : 'steps may not call this tool',
  }
  const asked: Asked = {
    toolNames,
    list: (call, cursor) => invoke(call, { method: 'tools/list', params: cursor === undefined ? {} : { cursor } }),
    objection: rules.objection,
  }
  const run = async (call: Call): Promise<Result> => {
    if (isStep(call)) return refusal(`A step of a staged call cannot be one itself: call ${name} on its own.`)
    const startedAt = call.clock.now()
    let plan: Plan
    try {
      plan = planOf(call.input, rules)
      const looking = checkTools(plan, call, asked)
      if (looking !== undefined) await looking
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return refusal(`Nothing was run: ${error.message}.`)
    }
    const progress = Progress.for(call)
    const outcomes = await execute(plan, {
      call,
      maxConcurrent,
      run: ({ id, tool }, args) =>
        invoke(call, { method: 'tools/call', params: { name: tool, arguments: args, _meta: { [stepKey]: id } } }),
      onDone: (done) => progress?.reached(done, plan.steps.length),
    })
    if (events.hasSubscribers) report(call, outcomes, startedAt)
    return answerOf(plan, outcomes, maxResultBytes)
  }
  return asMiddleware(
    (call, next) => {
      if (call.method === 'tools/call' && call.target === name) return run(call)
      return call.method === 'tools/list' ? listed(call, next, definition) : next(call)
    },
    {
      stage: 'staged',
      mentions: Array.isArray(tools) ? { 'staged.tools': tools as readonly string[] } : {},
      inspect: (known: Tools) => {
        if (known.traits(name) !== undefined)
          throw new TypeError(`staged.name: the server has a tool called ${name} already; give another name`)
      },
    },
  )
}

/** The list with the tool at its end, which is on the last page. */
const listed = async (call: Call, next: Next, definition: Definition): Promise<Result> => {
  const result = await next(call)
  const isLast = result?.['nextCursor'] === undefined && Array.isArray(result?.['tools'])
  return isLast ? { ...result, tools: [...(result['tools'] as readonly unknown[]), definition] } : result
}

// In `_meta`, which reaches every handler and no cache key. A client that sends it only refuses itself.
const stepKey = 'millrace/step'

const isStep = ({ params }: Call): boolean => {
  const { _meta: meta } = (params ?? {}) as { readonly _meta?: unknown }
  return meta !== null && typeof meta === 'object' && stepKey in meta
}

const report = (call: Call, outcomes: ReadonlyMap<string, StepOutcome>, startedAt: number): void => {
  const count = (wanted: string) => [...outcomes.values()].filter(({ status }) => status === wanted).length
  events.publish({
    type: 'staged.settled',
    operation: call.operation,
    steps: outcomes.size,
    failed: count('error'),
    skipped: count('skipped'),
    tookMs: call.clock.now() - startedAt,
  })
}

const refusal = (sentence: string): Result => ({ content: [{ type: 'text', text: sentence }], isError: true })

const checks = {
  invoke: func,
  toolNames: func,
  name: text,
  description: text,
  tools: either(arrayOf(text, 'names of tools'), func),
  maxSteps: integer({ min: 1, max: 1000 }),
  maxConcurrent: integer({ min: 1 }),
  maxResultBytes: integer({ min: 1 }),
  annotations: record,
}
