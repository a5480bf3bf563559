import { nearest } from '@millrace/core'
import { CommandError } from '../commandError.ts'
import type { Tool } from '../wire/ask.ts'
import { prepare } from '../wire/era.ts'
import type { Era } from '../wire/era.ts'
import { isRecord } from '../wire/judge.ts'
import type { Params, Prepared, Request } from '../wire/request.ts'
import { repeatedHeaders } from '../wire/repeatedHeaders.ts'
import { random } from './random.ts'
import { sample } from './sample.ts'
import type { Wanted, WantedTool } from './wanted.ts'

/** Requests to draw from, made ready. */
export interface Mix {
  /** Operations in it, in order: `tools/call search`. */
  readonly operations: readonly string[]
  /** One request of each, to see that they work. */
  readonly samples: readonly Prepared[]
  /** Tools that nobody has named, and that are left out because their arguments cannot be made up. */
  readonly leftOut: readonly string[]
  /** The next request, by weight, and the place of its operation. */
  next(): { readonly request: Prepared; readonly operation: number }
}

/** What a mix is made from. */
export interface MixOptions {
  readonly era: Era
  /** Empty: every tool that says it only reads. */
  readonly wanted: readonly Wanted[]
  readonly tools: readonly Tool[]
  readonly seed: number
}

/**
 * Makes the requests of a load. Arguments that are not given are made from the tool's schema, a hundred of them, always
 * the same for a seed. What nobody names is called only when it says `readOnlyHint: true`.
 *
 * @throws CommandError for a tool that is not there, and arguments that cannot be made
 */
export const mix = ({ era, wanted, tools, seed }: MixOptions): Mix => {
  const draw = random(seed)
  const leftOut: string[] = []
  const entryOf = (one: Wanted) => ({
    weight: one.weight,
    requests: requestsOf(one, tools, draw).map(({ request, headers }) => prepare(era, request, headers)),
    turn: 0,
  })
  const entryOrNone = (one: Wanted) => {
    try {
      return [entryOf(one)]
    } catch (error) {
      leftOut.push((error as CommandError).message)
      return []
    }
  }
  const entries = wanted.length > 0 ? wanted.map(entryOf) : reading(tools).flatMap(entryOrNone)
  const [why] = leftOut
  if (entries.length === 0 && why !== undefined) throw new CommandError(why)
  const total = entries.reduce((sum, { weight }) => sum + weight, 0)
  const operations = [...new Set(entries.map(({ requests }) => requests[0]!.operation))]
  const places = entries.map(({ requests }) => operations.indexOf(requests[0]!.operation))
  const pick = (): number => {
    if (entries.length === 1) return 0
    let left = draw() * total
    const found = entries.findIndex(({ weight }) => (left -= weight) < 0)
    return found === -1 ? entries.length - 1 : found
  }
  return {
    operations,
    leftOut,
    samples: entries.map(({ requests }) => requests[0]!),
    next: () => {
      const index = pick()
      const entry = entries[index]!
      const request = entry.requests[(entry.turn += 1) % entry.requests.length]!
      return { request, operation: places[index]! }
    },
  }
}

const reading = (tools: readonly Tool[]): WantedTool[] => {
  const found = tools.filter(({ annotations }) => isRecord(annotations) && annotations['readOnlyHint'] === true)
  if (found.length > 0) return found.map(({ name }) => ({ tool: name, args: [], weight: 1 }))
  const names = tools.map(({ name }) => name)
  throw new CommandError(
    names.length === 0
      ? 'The server has no tools: name what to ask for with --method.'
      : `No tool says readOnlyHint: true, so none is called unasked. Name some with --tool: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ' …' : ''}.`,
  )
}

interface Ready {
  readonly request: Request
  readonly headers: readonly string[]
}

const requestsOf = (wanted: Wanted, tools: readonly Tool[], draw: () => number): Ready[] => {
  if ('method' in wanted) return [{ request: { method: wanted.method, params: wanted.params }, headers: [] }]
  const tool = tools.find(({ name }) => name === wanted.tool)
  if (tool === undefined) throw new CommandError(unknownTool(wanted.tool, tools))
  const all = wanted.args.length > 0 ? wanted.args : Array.from({ length: variants }, () => madeUp(tool, draw))
  return all.map((args) => ({
    request: { method: 'tools/call', params: { name: tool.name, arguments: args } },
    headers: repeatedHeaders(tool.inputSchema, args),
  }))
}

const variants = 100

const madeUp = ({ name, inputSchema }: Tool, draw: () => number): Params => {
  try {
    return sample({ type: 'object', ...(inputSchema as Params) }, { random: draw, root: inputSchema }) as Params
  } catch (error) {
    throw new CommandError(
      `Arguments of ${name} cannot be made from its schema: ${(error as Error).message}. Give them with --args.`,
    )
  }
}

const unknownTool = (name: string, tools: readonly Tool[]): string => {
  const names = tools.map((one) => one.name)
  const near = nearest(name, names)
  const hint = near === undefined ? `there are ${names.slice(0, 10).join(', ')}` : `did you mean ${near}?`
  return names.length === 0
    ? `The server has no tool ${name}, and no other.`
    : `The server has no tool ${name}; ${hint}`
}
