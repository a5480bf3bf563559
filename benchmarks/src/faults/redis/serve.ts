// An MCP server with a tool whose results Redis keeps for all processes, one that writes to Redis itself, and a limit
// that Redis counts.
import { setTimeout as sleep } from 'node:timers/promises'
import { cached } from '@millrace/cache'
import { lifespan } from '@millrace/lifespan'
import { rateLimit } from '@millrace/queue'
import { redis, redisBus, redisCounters, redisStore } from '@millrace/redis'
import type { RedisOptions } from '@millrace/redis'
import { timeout } from '@millrace/resilience'
import { timeoutMs } from '../plan.ts'
import { given, serve } from '../serve.ts'
import { options } from './options.ts'

const connection = redis({ ...options, connection: given() as RedisOptions['connection'] })
const app = lifespan({ redis: connection }, { signals: false })
const resources = await app.start()

const perSecond = rateLimit({ calls: 1_000, perMs: 1_000, store: redisCounters({ redis: connection }) })
const cache = cached({
  ttlMs: 60_000,
  store: redisStore({ redis: connection, leaseMs: 1_000 }),
  bus: redisBus({ redis: connection, heartbeatMs: 500 }),
})

serve(
  {
    double: async (n) => {
      await sleep(2)
      return 2 * n
    },
    keep: async (n) => ((await resources.redis.run((client) => client.incr(`kept:${n}`))) === 1 ? n : 'kept twice'),
  },
  [app.gate, perSecond, timeout({ timeoutMs }), cache],
  () => {
    const { inFlight, waiting } = resources.redis.stats()
    return inFlight + waiting
  },
)
