import { duration } from '@millrace/core'
import type { Node } from './graph.ts'
import type { Hook, Settings } from './options.ts'
import { events } from './report.ts'
import { walk } from './walk.ts'
import { within } from './within.ts'

/** The started values, in the order in which they started. */
export type Values = Map<Node, unknown>

/**
 * Starts every resource when what it needs has started, side by side where it can. The first failure tells the others
 * by their signal; whatever starts all the same is in `values` when this throws.
 *
 * @param onLate gets a value that arrived after its time was over
 * @throws Error that names the resource, with the reason as its cause
 */
export const startAll = async (
  nodes: readonly Node[],
  values: Values,
  settings: Settings,
  outer: AbortSignal,
  onLate: (node: Node, value: unknown) => void,
): Promise<void> => {
  const failed = new AbortController()
  const stop = (): void => failed.abort(outer.reason)
  outer.addEventListener('abort', stop)
  try {
    await walk(
      nodes,
      (node) => node.needs.values(),
      async (node) => {
        try {
          values.set(node, await startOne(node, values, settings, failed.signal, onLate))
        } catch (error) {
          failed.abort(error)
          throw error
        }
      },
    )
  } finally {
    outer.removeEventListener('abort', stop)
  }
}

/** Runs the startup hooks one after the other, each within `startMs`. */
export const greet = async (
  hooks: readonly Hook[],
  { clock, startMs }: Settings,
  outer: AbortSignal,
): Promise<void> => {
  const late = () => new Error(`a startup hook took longer than ${duration(startMs)}`)
  for (const hook of hooks) await within(hook, { clock, limitMs: startMs, late, outer })
  outer.throwIfAborted()
}

const startOne = async (
  node: Node,
  values: Values,
  { clock, startMs, closeMs }: Settings,
  outer: AbortSignal,
  onLate: (node: Node, value: unknown) => void,
): Promise<unknown> => {
  const startedAt = clock.now()
  const needs = Object.fromEntries(Array.from(node.needs, ([name, needed]) => [name, values.get(needed)]))
  try {
    const value = await within<unknown>((signal) => node.resource.start(needs, { signal, clock }), {
      clock,
      limitMs: startMs,
      late: () => new Error(`it took longer than ${duration(startMs)}`),
      outer,
      // What it needs stays open until it has let go, or has had its time to.
      graceMs: closeMs,
      onLate: (late) => onLate(node, late),
    })
    if (events.hasSubscribers)
      events.publish({ type: 'lifespan.started', resource: node.name, elapsedMs: clock.now() - startedAt })
    return value
  } catch (error) {
    if (events.hasSubscribers)
      events.publish({ type: 'lifespan.startFailed', resource: node.name, elapsedMs: clock.now() - startedAt, error })
    throw outer.aborted ? outer.reason : new Error(`${node.name} did not start: ${said(error)}`, { cause: error })
  }
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
