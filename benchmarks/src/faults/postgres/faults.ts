import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { lastingMs, name as pool } from '../plan.ts'
import { network, restarts, thrice } from '../strikes.ts'
import type { Fault } from '../subject.ts'
import type { Database } from './world.ts'

const terminate = async ({ look }: Database): Promise<void> => {
  await look('SELECT pg_terminate_backend(pid)::int FROM pg_stat_activity WHERE application_name = $1', [pool])
}

/** Holds every connection that the server has to give, those of the pool included. */
const crowd = async (world: Database): Promise<void> => {
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

/** Everything that is done to PostgreSQL, one after the other. */
export const faults: ReadonlyArray<Fault<Database>> = [
  { name: 'sessions killed, 3 times', strike: thrice(terminate) },
  ...restarts<Database>(),
  ...network,
  { name: 'too many connections for 3 s', strike: crowd },
]
