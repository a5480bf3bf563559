import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { name as pool } from './plan.ts'
import type { World } from './world.ts'

/** Something that goes wrong. Resolves when it is over. */
export interface Fault {
  readonly name: string
  readonly strike: (world: World) => Promise<void>
}

const lastingMs = 3_000

const terminate = async ({ look }: World): Promise<void> => {
  await look('SELECT pg_terminate_backend(pid)::int FROM pg_stat_activity WHERE application_name = $1', [pool])
}

/** Three times, a second apart. */
const thrice =
  (strike: (world: World) => unknown) =>
  async (world: World): Promise<void> => {
    for (const pauseMs of [0, 1_000, 1_000]) {
      await sleep(pauseMs)
      await strike(world)
    }
  }

const lasting =
  (strike: (world: World) => unknown) =>
  async (world: World): Promise<void> => {
    await strike(world)
    await sleep(lastingMs)
    await world.proxy.heal()
  }

/** Holds every connection that the server has to give, those of the pool included. */
const crowd = async (world: World): Promise<void> => {
  const crowd: pg.Client[] = []
  const fill = async (): Promise<void> => {
    for (;;) {
      const one = await world.connect().catch(() => undefined)
      if (one === undefined) return
      crowd.push(one)
    }
  }
  try {
    await fill()
    const [first] = crowd
    const text = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1'
    for (const endsAt = performance.now() + lastingMs; performance.now() < endsAt; await sleep(50)) {
      await first?.query(text, [pool])
      await fill()
    }
  } finally {
    await Promise.all(crowd.map((one) => one.end()))
  }
}

/** Everything that is tried, one after the other. */
export const faults: readonly Fault[] = [
  { name: 'sessions killed, 3 times', strike: thrice(terminate) },
  {
    name: 'server restarted',
    strike: async ({ stop, start }) => {
      await stop()
      await start()
    },
  },
  {
    name: 'server killed, started after 1 s',
    strike: async ({ crash, start }) => {
      crash()
      await sleep(1_000)
      await start()
    },
  },
  { name: 'frozen for 3 s', strike: lasting(({ proxy }) => proxy.freeze()) },
  { name: 'connections reset, 3 times', strike: thrice(({ proxy }) => proxy.reset()) },
  { name: 'slowed by 200 ms each way for 3 s', strike: lasting(({ proxy }) => proxy.slow(200)) },
  { name: 'half-open, 3 times', strike: thrice(({ proxy }) => proxy.halfOpen()) },
  {
    name: 'refused for 3 s',
    strike: lasting(async ({ proxy }) => {
      await proxy.refuse()
      proxy.reset()
    }),
  },
  { name: 'too many connections for 3 s', strike: crowd },
]
