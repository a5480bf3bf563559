import type { Connection } from '../connection/connection.ts'
import { isCluster } from '../connection/nodes.ts'
import { Script } from '../connection/script.ts'

/**
 * Writes an entry and, before it, its name into the list of each of its tags, which lives as long as the longest of its
 * entries. From each list it takes a few whose time is over: as many as come, or more, go.
 */
export const tagged: Script = new Script(`
local name, bytes, left, now, till = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
for i = 2, #KEYS do
  local over = redis.call('ZRANGEBYSCORE', KEYS[i], '-inf', now, 'LIMIT', 0, 100)
  if #over > 0 then redis.call('ZREM', KEYS[i], unpack(over)) end
  redis.call('ZADD', KEYS[i], till, name)
  if redis.call('PTTL', KEYS[i]) < tonumber(left) then redis.call('PEXPIRE', KEYS[i], left) end
end
return redis.call('SET', name, bytes, 'PX', left)
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
