import type { Match } from '@millrace/core'
import { matches } from '@millrace/core'
import type { Connection } from '../connection/connection.ts'
import { isCluster, primariesOf } from '../connection/nodes.ts'
import type { RedisClient } from '../connection/driver.ts'
import { glance, glanceBytes, headEnd } from './frame.ts'

/** How many keys Redis is asked for at a time: it answers others between two of these. */
export const stride = 500

/**
 * All keys that begin with `root`, from every server that has some: what is found among so many keys at a time, which may
 * be none. A key may come twice.
 */
export async function* keysUnder(connection: Connection, root: string): AsyncGenerator<readonly string[]> {
  const servers = await connection.run(async (client) => primariesOf(client))
  for (const server of servers) {
    let cursor = '0'
    do {
      const [next, keys] = await connection.run(() => server.scan(cursor, 'MATCH', `${root}*`, 'COUNT', stride))
      cursor = next
      yield keys
    } while (cursor !== '0')
  }
}

/** The members of a sorted set, in batches. One may come twice. */
export async function* membersOf(connection: Connection, key: string): AsyncGenerator<readonly string[]> {
  let cursor = '0'
  do {
    const [next, found] = await connection.run((client) => client.zscan(key, cursor, 'COUNT', stride))
    cursor = next
    const members = found.filter((_, index) => index % 2 === 0)
    yield members
  } while (cursor !== '0')
}

/**
 * Drops those of these entries that match.
 *
 * @param before is told which, and waited for
 * @returns how many went, and which are not there any more
 */
export const dropMatching = async (
  connection: Connection,
  keys: readonly string[],
  match: Match,
  before: (names: readonly string[]) => Promise<void>,
): Promise<{ readonly dropped: number; readonly gone: readonly string[] }> => {
  if (keys.length === 0) return { dropped: 0, gone: [] }
  const found = await connection.run((client) =>
    each(client, keys, nothing, (key, to) => to.getrangeBuffer(key, 0, glanceBytes - 1)),
  )
  const matching: string[] = []
  const gone: string[] = []
  for (const [index, key] of keys.entries()) {
    const head = await whole(connection, key, found[index])
    if (head.length === 0) gone.push(key)
    else if (isMatch(head, match)) matching.push(key)
  }
  await before(matching)
  const dropped = await unlink(connection, matching)
  return { dropped, gone: [...gone, ...matching] }
}

/** Drops keys without making Redis wait for their memory. @returns how many there were */
export const unlink = async (connection: Connection, keys: readonly string[]): Promise<number> => {
  if (keys.length === 0) return 0
  const counts = await connection.run((client) => each(client, keys, 0, (key, to) => to.unlink(key)))
  return counts.reduce((sum: number, count) => sum + count, 0)
}

/**
 * One command for each key, in one go where one server has them all.
 *
 * @param otherwise in place of an answer where the key holds something of another type, which is none of ours
 * @throws the first error
 */
export const each = async <Answer>(
  client: RedisClient,
  keys: readonly string[],
  otherwise: Answer,
  ask: (key: string, to: RedisClient) => Promise<Answer>,
): Promise<readonly Answer[]> => {
  if (isCluster(client))
    return Promise.all(keys.map((key) => ask(key, client).catch((error: unknown) => orElse(error, otherwise))))
  const pipeline = client.pipeline()
  // A pipeline has the commands of a client, and gives what they answer all at once.
  for (const key of keys) void ask(key, pipeline as unknown as RedisClient)
  const answers = (await pipeline.exec()) ?? []
  return answers.map(([error, answer]) => (error === null ? (answer as Answer) : orElse(error, otherwise)))
}

/** @throws the error, unless it says that a key holds something of another type */
export const orElse = <Answer>(error: unknown, otherwise: Answer): Answer => {
  if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return otherwise
  throw error
}

const nothing = Buffer.alloc(0)

const isMatch = (head: Buffer, match: Match): boolean => {
  const entry = glance(head)
  return entry !== undefined && matches(match, entry)
}

/** As much of an entry as its header takes. */
const whole = async (connection: Connection, key: string, head: Buffer = nothing): Promise<Buffer> => {
  const end = headEnd(head)
  if (end === undefined || end <= head.length || head.length < glanceBytes) return head
  return connection.run((client) => client.getrangeBuffer(key, 0, end - 1))
}
