import { cached, memoryStore, only, rateLimit, redisBus, redisCounters, redisStore } from 'millrace'
import type { Call, Middleware, RedisLike } from 'millrace'

/** What the processes share, and what each of them has of it. */
export interface Shared {
  /** Outermost first. */
  readonly chain: readonly Middleware[]
}

/** @param namespace what the keys in Redis begin with: processes of one namespace belong together */
export function shared(redis: RedisLike, namespace: string): Shared {
  // One budget of calls for everybody, whichever process they come to.
  const perSecond = rateLimit({
    calls: 20,
    perMs: 1_000,
    by: 'server',
    name: 'quotes',
    store: redisCounters({ redis, namespace }),
  })

  const rules = {
    report: { ttlMs: 60_000, scope: 'public' as const, tags: tagOf },
    rename_report: { invalidates: tagOf },
  }
  const bus = redisBus({ redis, namespace })
  // Each process keeps what it has served in its own memory, and hears what the others drop.
  const own = cached({ tools: rules, store: memoryStore(), bus })
  // What it does not have it looks up in Redis; what is not there either, one process loads, and the others wait for it.
  const store = redisStore({ redis, namespace, leaseMs: 3_000 })
  const everybodys = cached({ tools: rules, store, bus, storeTimeoutMs: 2_000 })

  return { chain: [only(['quote'], perSecond), own, everybodys] }
}

function tagOf(call: Call): readonly string[] {
  const { id } = call.input as { readonly id: number }
  return [`report:${id}`]
}
