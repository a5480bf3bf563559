import { duration } from '@millrace/core'
import type { Node } from './graph.ts'
import type { Hook, Settings } from './options.ts'
import { events } from './report.ts'
import type { Values } from './starting.ts'
import { walk } from './walk.ts'
import { within } from './within.ts'

/** Closes what has started, each when everything that needs it is closed. @returns what could not be closed, and why */
export const closeAll = async (nodes: readonly Node[], values: Values, settings: Settings): Promise<Error[]> => {
  const failures: Error[] = []
  await walk(
    nodes,
    (node) => node.neededBy,
    async (node) => {
      if (!values.has(node)) return
      const value = values.get(node)
      values.delete(node)
      const failure = await closeOne(node, value, settings)
      if (failure !== undefined) failures.push(failure)
    },
  )
  return failures
}

/** Closes one. @returns why it could not be closed; undefined when it was */
export const closeOne = async (
  node: Node,
  value: unknown,
  { clock, closeMs }: Settings,
): Promise<Error | undefined> => {
  const startedAt = clock.now()
  const failure = await attempt(node.name, () => node.resource.close?.(value), { clock, closeMs })
  if (events.hasSubscribers) {
    const elapsedMs = clock.now() - startedAt
    if (failure === undefined) events.publish({ type: 'lifespan.closed', resource: node.name, elapsedMs })
    else events.publish({ type: 'lifespan.closeFailed', resource: node.name, elapsedMs, error: failure.cause })
  }
  return failure
}

/** Runs the hooks, the last one added first. @returns what failed, and why */
export const runHooks = async (
  name: string,
  hooks: readonly Hook[],
  settings: Pick<Settings, 'clock' | 'closeMs'>,
): Promise<Error[]> => {
  const failures: Error[] = []
  for (const hook of hooks.toReversed()) {
    const failure = await attempt(name, hook, settings)
    if (failure !== undefined) failures.push(failure)
  }
  return failures
}

const attempt = async (
  name: string,
  work: () => unknown,
  { clock, closeMs }: Pick<Settings, 'clock' | 'closeMs'>,
): Promise<Error | undefined> => {
  try {
    const late = () => new Error(`it took longer than ${duration(closeMs)}`)
    await within(work, { clock, limitMs: closeMs, late })
    return undefined
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
    return new Error(`${name} did not close: ${message}`, { cause: error })
  }
}
