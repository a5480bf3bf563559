import type { Clock, StoreStats } from '@millrace/core'
import type { Connection } from '../connection/connection.ts'
import { primariesOf } from '../connection/nodes.ts'
import { each, keysUnder, stride } from './walk.ts'

/**
 * Counts entries, by walking over all keys; when that takes too long, it says what the part it has seen lets expect. What
 * Redis drops by itself it does not tell.
 */
export const statsOf = async (connection: Connection, root: string, clock: Clock): Promise<StoreStats> => {
  const stopAt = clock.now() + budgetMs
  const sizes = new Map<string, number>()
  let strides = 0
  let isWhole = true
  for await (const keys of keysUnder(connection, root)) {
    strides += 1
    const lengths =
      keys.length === 0 ? [] : await connection.run((client) => each(client, keys, 0, (key, to) => to.strlen(key)))
    for (const [index, key] of keys.entries()) sizes.set(key, lengths[index] as number)
    isWhole = clock.now() < stopAt
    if (!isWhole) break
  }
  const held = [...sizes.values()].filter((size) => size > 0)
  const share = isWhole ? 1 : Math.max(1, (await allKeys(connection)) / (strides * stride))
  const bytes = held.reduce((sum, size) => sum + size, 0)
  return { entries: Math.round(held.length * share), bytes: Math.round(bytes * share), evictions: 0, expirations: 0 }
}

const allKeys = async (connection: Connection): Promise<number> => {
  const counts = await connection.run((client) => Promise.all(primariesOf(client).map((server) => server.dbsize())))
  return counts.reduce((sum, count) => sum + count, 0)
}

// Less than a cache waits for its store.
const budgetMs = 100
