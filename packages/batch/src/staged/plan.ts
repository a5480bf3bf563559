import { Fault } from './fault.ts'
import { templateOf } from './template.ts'
import type { Template } from './template.ts'

/** One call of a tool among others. */
export interface Step {
  readonly id: string
  readonly tool: string
  readonly template: Template
  /** The steps it has to wait for. */
  readonly after: ReadonlySet<string>
}

/** Steps that can be run. */
export interface Plan {
  /** Each after those it waits for. */
  readonly steps: readonly Step[]
  /** The steps whose values the model wants to see; the other ones only serve these. */
  readonly returned: ReadonlySet<string>
}

/** What a plan must keep to. */
export interface PlanRules {
  readonly maxSteps: number
  /** What is wrong with calling this tool; undefined when nothing is. */
  readonly objection: (tool: string) => string | undefined
}

/**
 * Reads what the model sent, before anything is run.
 *
 * @throws Fault that names the step: an unknown or missing field, a step that is not there, a cycle
 */
export const planOf = (input: unknown, rules: PlanRules): Plan => {
  const { steps: given, return: wanted } = fieldsOf(input, 'the arguments', ['steps', 'return'])
  if (!Array.isArray(given)) throw new Fault('steps must be a list of { id, tool, arguments }')
  if (given.length === 0 || given.length > rules.maxSteps)
    throw new Fault(`steps must hold 1 to ${rules.maxSteps} steps, got ${given.length}`)
  const steps = new Map<string, Step>()
  for (const [index, one] of given.entries()) {
    const step = stepOf(one, index, rules)
    if (steps.has(step.id)) throw new Fault(`two steps are called "${step.id}"; each needs an id of its own`)
    steps.set(step.id, step)
  }
  for (const { id, after } of steps.values())
    for (const other of after) if (!steps.has(other)) throw missing(`step "${id}" waits for or refers to`, other, steps)
  const returned = wanted === undefined ? [...steps.keys()] : idsOf(wanted, 'return')
  for (const id of returned) if (!steps.has(id)) throw missing('return names', id, steps)
  return { steps: ordered(steps), returned: new Set(returned) }
}

const stepOf = (given: unknown, index: number, { objection }: PlanRules): Step => {
  const fields = fieldsOf(given, `steps[${index}]`, ['id', 'tool', 'arguments', 'after'])
  const { id, tool, arguments: args = {}, after = [] } = fields
  if (typeof id !== 'string' || !/^[A-Za-z][\w-]{0,63}$/.test(id))
    throw new Fault(`steps[${index}].id must be a short name of letters, digits, - and _, such as "find"`)
  if (typeof tool !== 'string' || tool === '') throw new Fault(`step "${id}" must name its tool`)
  const wrong = objection(tool)
  if (wrong !== undefined) throw new Fault(`step "${id}" cannot call ${tool}: ${wrong}`)
  if (args === null || typeof args !== 'object' || Array.isArray(args))
    throw new Fault(`the arguments of step "${id}" must be an object`)
  const template = about(id, () => templateOf(args))
  const before = [...idsOf(after, `after of step "${id}"`), ...template.references.map(({ step }) => step)]
  return { id, tool, template, after: new Set(before) }
}

/** Each step after those it waits for, as far as possible in the order given. */
const ordered = (steps: ReadonlyMap<string, Step>): readonly Step[] => {
  const done = new Set<Step>()
  const under: string[] = []
  const visit = (step: Step): void => {
    if (done.has(step)) return
    const at = under.indexOf(step.id)
    if (at >= 0)
      throw new Fault(`the steps wait for each other in a circle: ${[...under.slice(at), step.id].join(' → ')}`)
    under.push(step.id)
    for (const other of step.after) visit(steps.get(other) as Step)
    under.pop()
    done.add(step)
  }
  for (const step of steps.values()) visit(step)
  return [...done]
}

const fieldsOf = (given: unknown, what: string, known: readonly string[]): { readonly [field: string]: unknown } => {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) throw new Fault(`${what} must be an object`)
  for (const field of Object.keys(given)) {
    if (!known.includes(field))
      throw new Fault(`${what} must have ${known.join(', ')} and nothing else, got "${field}"`)
  }
  return given as { readonly [field: string]: unknown }
}

const idsOf = (given: unknown, what: string): readonly string[] => {
  if (Array.isArray(given) && given.every((id) => typeof id === 'string')) return given
  throw new Fault(`${what} must be a list of ids of steps`)
}

const missing = (who: string, id: string, steps: ReadonlyMap<string, Step>): Fault =>
  new Fault(`${who} "${id}", which is no step; there are ${[...steps.keys()].join(', ')}`)

/** Names the step in what is wrong with a part of it. */
const about = <Value>(id: string, read: () => Value): Value => {
  try {
    return read()
  } catch (error) {
    throw error instanceof Fault ? new Fault(`in step "${id}" ${error.message}`) : error
  }
}
