import { nearest } from '@millrace/core'
import type { Call, Result } from '@millrace/core'
import { Fault } from './fault.ts'
import type { Plan, PlanRules, Step } from './plan.ts'

/** What is asked about the tools of a server. */
export interface Asked {
  /** The tools that the call's server has; undefined where they are not known. */
  readonly toolNames: ((call: Call) => readonly string[] | undefined) | undefined
  readonly list: (call: Call, cursor: string | undefined) => Promise<Result>
  readonly objection: PlanRules['objection']
}

/**
 * Looks for the tools of all steps. One that the server does not have may come from a middleware: then it stands in the
 * list that this caller gets, which is asked for only then.
 *
 * @returns undefined where nobody has to wait
 * @throws (rejects) Fault that names a step whose tool is not there
 */
export const checkTools = (plan: Plan, call: Call, asked: Asked): Promise<void> | undefined => {
  const known = asked.toolNames?.(call)
  if (known === undefined) return undefined
  const own = new Set(known)
  const others = plan.steps.filter(({ tool }) => !own.has(tool))
  return others.length === 0 ? undefined : lookFor(others, call, asked)
}

const lookFor = async (others: readonly Step[], call: Call, { list, objection }: Asked): Promise<void> => {
  const listed = await listedBy((cursor) => list(call, cursor))
  const lost = others.find(({ tool }) => listed?.includes(tool) === false)
  if (listed === undefined || lost === undefined) return
  const may = listed.filter((name) => objection(name) === undefined)
  const near = nearest(lost.tool, may)
  const shown = may.slice(0, maxShown).join(', ') + (may.length > maxShown ? ', …' : '')
  const hint = near === undefined ? `there are ${shown || 'none'}` : `the nearest is ${near}`
  throw new Fault(`step "${lost.id}" cannot call ${lost.tool}: the server has no such tool; ${hint}`)
}

/** Undefined where the list cannot be had: then the step itself says what is wrong. */
const listedBy = async (
  page: (cursor: string | undefined) => Promise<Result>,
): Promise<readonly string[] | undefined> => {
  const names: string[] = []
  let cursor: string | undefined
  try {
    for (let pages = 0; pages < maxPages; pages += 1) {
      const { tools, nextCursor } = (await page(cursor)) as { tools: ReadonlyArray<Named>; nextCursor?: string }
      names.push(...tools.map(({ name }) => name))
      if (nextCursor === undefined) return names
      cursor = nextCursor
    }
  } catch {
    return undefined
  }
  return undefined
}

interface Named {
  readonly name: string
}

const maxPages = 50
const maxShown = 10
