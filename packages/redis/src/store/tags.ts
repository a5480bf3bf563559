import type { Connection } from '../connection/connection.ts'
import { isCluster } from '../connection/nodes.ts'
import { Script } from '../connection/script.ts'

/**
 * The part of a script that puts the name of an entry (`KEYS[1]`) into the list of each of its tags, which lives as long
 * as the longest of its entries. From each list it takes a few whose time is over: as many as come, or more, go. Its
 * values are the entry's bytes, how long it lives, now, and until when.
 *
 * @param first the first key that is a list
 */
export const recordTags = (first: number): string => `
for i = ${first}, #KEYS do
  local over = redis.call('ZRANGEBYSCORE', KEYS[i], '-inf', ARGV[3], 'LIMIT', 0, 100)
  if #over > 0 then redis.call('ZREM', KEYS[i], unpack(over)) end
  redis.call('ZADD', KEYS[i], ARGV[4], KEYS[1])
  if redis.call('PTTL', KEYS[i]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[i], ARGV[2]) end
end`

/** Writes an entry and, before it, its name into the lists of its tags. */
export const tagged: Script = new Script(`
${recordTags(2)}
return redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
`)

/**
 * Whether the lists of tags have every entry: not where keys are spread over servers, nor where Redis drops keys for want
 * of room, which might be a list whose entries are still there.
 */
export const areComplete = (connection: Connection): Promise<boolean> =>
  connection.run(async (client) => {
    if (isCluster(client)) return false
    const [memory, stats] = await Promise.all([client.info('memory'), client.info('stats')])
    return /^maxmemory_policy:noeviction\r?$/m.test(memory) && /^evicted_keys:0\r?$/m.test(stats)
  })
