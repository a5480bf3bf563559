import { channel } from '@millrace/core'
import type { Middleware, Stage } from '@millrace/core'

/** How many servers of one name in a row must have been given values of their own. */
const patience = 10
/** Names of servers that are remembered. */
const maxNames = 100

/** The stages whose values keep something from one call to the next. */
const keeping: ReadonlySet<Stage | undefined> = new Set(['rateLimit', 'cached', 'hedge', 'retry', 'breaker', 'queue'])

/**
 * Warns, once for a name, when servers of this name are made again and again and each is given values of its own:
 * made inside the function that makes a server for each request, they forget everything with every request.
 *
 * @param name name and version of a server that had nothing attached before
 * @param leaves what is attached to it
 */
export const warnOfFactory = (name: string | undefined, leaves: readonly Middleware[]): void => {
  if (name === undefined) return
  let fresh: Map<Stage, boolean> | undefined
  for (const one of leaves) {
    const { stage } = one
    if (stage === undefined || !keeping.has(stage)) continue
    fresh ??= new Map()
    fresh.set(stage, !seen.has(one) && fresh.get(stage) !== false)
    seen.add(one)
  }
  if (fresh !== undefined) count(name, fresh)
}

const count = (name: string, fresh: ReadonlyMap<Stage, boolean>): void => {
  const runs = runsOf(name)
  if (runs.isSettled) return
  for (const [stage, isFresh] of fresh) runs.byStage.set(stage, isFresh ? (runs.byStage.get(stage) ?? 0) + 1 : 0)
  const stages = [...runs.byStage].filter(([, length]) => length >= patience).map(([stage]) => stage)
  if (stages.length === 0) return
  runs.isSettled = true
  const message =
    `${patience} servers called ${name} in a row were each given values of their own for ${stages.join(', ')}, which ` +
    'keep nothing from one server to the next. Keep them outside the function that makes servers, and attach the same ' +
    'ones to each: const cache = cached(…), then () => use(new McpServer(…), cache).'
  process.emitWarning(message, { type: 'MillraceWarning', code: 'MILLRACE_FACTORY' })
  if (events.hasSubscribers) events.publish({ type: 'mcp.remade', message })
}

/** How many servers of a name in a row had a new value of a stage. */
interface Runs {
  readonly byStage: Map<Stage, number>
  isSettled: boolean
}

const runsOf = (name: string): Runs => {
  const known = names.get(name)
  if (known !== undefined) return known
  if (names.size >= maxNames) names.delete(names.keys().next().value as string)
  const runs: Runs = { byStage: new Map(), isSettled: false }
  names.set(name, runs)
  return runs
}

const names = new Map<string, Runs>()
const seen = new WeakSet<Middleware>()
const events = channel('mcp')
