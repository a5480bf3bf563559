import type { Health } from '@millrace/core'
import { execute } from './query/execution.ts'
import { scopeOf } from './query/scope.ts'
import type { Routing } from './routing.ts'

/**
 * Asks the primary for nothing, and its pools how they are.
 *
 * @throws what the primary fails with
 */
export const healthOf = async ({ primary, replicas }: Routing, signal: AbortSignal | undefined): Promise<Health> => {
  const { limit, size, idle, waiting } = primary.pool.numbers
  const numbers = { limit, size, idle, waiting, busy: primary.pool.busy }
  // Who asks would only be one more in line.
  if (waiting > 0) return { status: 'degraded', detail: `${waiting} callers wait for a connection.`, numbers }
  await execute(primary, { text: '' }, scopeOf(signal))
  const down = replicas.filter(({ pool }) => pool.isDown).map(({ name }) => name)
  if (down.length > 0) return { status: 'degraded', detail: `No connection to ${down.join(', ')}.`, numbers }
  return { status: 'healthy', numbers }
}
