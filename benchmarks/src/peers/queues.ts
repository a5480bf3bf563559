import { peer } from '../case.ts'
import { ours } from './guard.ts'
import type { Guard, Handler } from './guard.ts'

const concurrency = 10
/** Nobody is refused, as nobody is by the others. */
const patient = { maxQueued: Infinity, targetMs: 60_000 }

const millrace: Guard = ours('queue({ maxConcurrent })', async () => {
  const { queue } = await import('@millrace/queue')
  return queue({ maxConcurrent: concurrency, ...patient })
})

const unconfigured: Guard = ours(
  'queue()',
  async () => {
    const { queue } = await import('@millrace/queue')
    return queue(patient)
  },
  { note: 'times every call, to find its limit' },
)

const pLimit: Guard = {
  name: 'p-limit 7.3',
  open: async (handler) => {
    const { default: pLimit } = await peer(() => import('p-limit'))
    const limit = pLimit(concurrency)
    return { run: () => limit(handler) }
  },
}

const pQueue: Guard = {
  name: 'p-queue 10.0',
  open: async (handler) => {
    const { default: PQueue } = await peer(() => import('p-queue'))
    const queue = new PQueue({ concurrency })
    return { run: () => queue.add(handler) }
  },
}

const fastq: Guard = {
  name: 'fastq 1.20',
  note: 'promise API; nobody can leave',
  open: async (handler) => {
    const { default: fastq } = await peer(() => import('fastq'))
    const queue = fastq.promise(handler, concurrency)
    return { run: () => queue.push(undefined) }
  },
}

const asyncSema: Guard = {
  name: 'async-sema 3.1',
  note: 'acquire, release; nobody can leave',
  open: async (handler) => {
    const { Sema } = await peer(() => import('async-sema'))
    const sema = new Sema(concurrency)
    const run = async () => {
      await sema.acquire()
      try {
        return await handler()
      } finally {
        sema.release()
      }
    }
    return { run }
  },
}

const cockatiel: Guard = {
  name: 'cockatiel 4.0',
  note: 'bulkhead',
  open: async (handler) => {
    const { bulkhead } = await peer(() => import('cockatiel'))
    const policy = bulkhead(concurrency, Infinity)
    return { run: () => policy.execute(handler) }
  },
}

const bottleneck: Guard = {
  name: 'bottleneck 2.19',
  note: 'maxConcurrent; timers for every job',
  sampling: { warmUpMs: 0, samples: 3, rounds: 1 },
  open: async (handler) => {
    const { default: Bottleneck } = await peer(() => import('bottleneck'))
    const limiter = new Bottleneck({ maxConcurrent: concurrency })
    return { run: () => limiter.schedule(handler) }
  },
}

/** Ours first, then the others: ten calls at a time, the others wait. */
export const queues: readonly Guard[] = [
  millrace,
  unconfigured,
  pLimit,
  pQueue,
  fastq,
  asyncSema,
  cockatiel,
  bottleneck,
]

/** A handler that never answers, so that whoever has a slot keeps it. */
export const hanging: Handler = () => new Promise(() => {})

const full: Guard = ours(
  'queue()',
  async () => {
    const { queue } = await import('@millrace/queue')
    return queue({ maxConcurrent: 1, maxQueued: 1 })
  },
  { note: 'no place to wait' },
)

const cockatielFull: Guard = {
  name: 'cockatiel 4.0',
  note: 'bulkhead(1, 1)',
  open: async (handler) => {
    const { bulkhead } = await peer(() => import('cockatiel'))
    const policy = bulkhead(1, 1)
    return { run: () => policy.execute(handler) }
  },
}

const opossumFull: Guard = {
  name: 'opossum 10.0',
  note: 'capacity 2, which is its queue',
  open: async (handler) => {
    const { default: CircuitBreaker } = await peer(() => import('opossum'))
    const circuit = new CircuitBreaker<[], Awaited<ReturnType<Handler>>>(handler, {
      timeout: false,
      capacity: 2,
      volumeThreshold: Infinity,
    })
    return { run: () => circuit.fire() }
  },
}

/** Those that refuse, ours first: with room for two calls, one of which may wait. */
export const refusing: readonly Guard[] = [full, cockatielFull, opossumFull]
