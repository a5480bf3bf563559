import { channel } from '@millrace/core'
import type { Next } from '@millrace/core'
import { deferred, fakeCall, manualClock } from '@millrace/core/testing'
import { metrics } from '@millrace/metrics'
import { expect, it, onTestFinished } from 'vitest'
import { Recorder } from './recorder.ts'

const recording = () => {
  const own = metrics({ events: false, process: false })
  const clock = manualClock()
  const recorder = new Recorder(own.look, clock)
  onTestFinished(() => {
    recorder.end()
    own.close()
  })
  return { own, recorder, clock }
}

const query = (waitMs: number, tookMs: number) =>
  channel('pg').publish({ type: 'pg.query', pool: 'db', waitMs, tookMs, error: undefined })

const request = (tookMs: number) =>
  channel('undici').publish({
    type: 'undici.request',
    pool: 'api',
    origin: 'https://a.example',
    method: 'GET',
    status: 200,
    tookMs,
    error: undefined,
  })

it('what is said while a call runs is of that call, however many run at once', async () => {
  const { own, recorder, clock } = recording()
  const [asked, answered] = [deferred(), deferred()]
  const handler =
    (ms: number): Next =>
    async () => {
      await asked.promise
      query(ms, ms * 2)
      await answered.promise
      request(ms * 3)
      return { content: [] }
    }
  const calls = [own(fakeCall({ target: 'a' }), handler(1)), own(fakeCall({ target: 'b' }), handler(10))]
  clock.advance(40)
  asked.resolve()
  await Promise.resolve()
  clock.advance(60)
  answered.resolve()
  await Promise.all(calls)
  query(1000, 1000)
  request(1000)
  const split = (name: string) => recorder.operations.get(`tools/call ${name}`)?.time
  expect([split('a'), split('b')]).toMatchObject([
    { poolWaitMs: 1, databaseMs: 2, httpMs: 3, handlerMs: 94 },
    { poolWaitMs: 10, databaseMs: 20, httpMs: 30, handlerMs: 40 },
  ])
})

it('calls that fail count, and say nothing of what is asked again', async () => {
  const { own, recorder } = recording()
  for (let n = 0; n < 3; n += 1) {
    await own(fakeCall(), async () => ({ isError: true }))
    await own(fakeCall(), () => Promise.reject(new Error('broken'))).catch(() => {})
  }
  const [one] = recorder.all()
  expect([one?.calls, one?.failed, one?.asked.again]).toEqual([6, 6, 0])
})

it('what a cache says is of the call that asked it', async () => {
  const { own, recorder } = recording()
  const operation = 'tools/call tool'
  const found = { operation, tier: 'memory', ageMs: 1, savedMs: 1 }
  const say = [
    { type: 'cache.hit', ...found },
    { type: 'cache.stale', ...found },
    { type: 'cache.miss', operation, isShared: false },
    { type: 'cache.miss', operation, isShared: true },
    { type: 'cache.bypassed', operation, reason: 'no' },
  ] as const
  for (const event of say) {
    await own(fakeCall(), async () => {
      channel('cache').publish(event)
      return { content: [] }
    })
  }
  channel('cache').publish({ type: 'cache.evicted', tier: 'memory', entries: 1, bytes: 1 })
  const [one] = recorder.all()
  expect([one?.hits, one?.misses, one?.joined, one?.uncached, recorder.evictions]).toEqual([2, 1, 1, 0, 1])
})

it('keeps a bounded number of operations, and takes results that cannot be written down', async () => {
  const { own, recorder } = recording()
  for (let n = 0; n < 1100; n += 1) await own(fakeCall({ target: `${n}` }), async () => ({ content: [1n] as never }))
  expect([recorder.operations.size, recorder.operations.get('(other)')?.calls]).toEqual([1001, 100])
  expect(recorder.all().every(({ asked }) => asked.again === 0)).toBe(true)
})

it('what a queue says is of the call that waited, and of the queue', async () => {
  const { own, recorder, clock } = recording()
  const numbers = { queue: 'main', limit: 5, operation: 'tools/call a', priority: 'normal' }
  await own(fakeCall({ target: 'a', clock }), async () => {
    clock.advance(50)
    channel('queue').publish({ type: 'queue.started', ...numbers, inFlight: 5, depth: 3, waitMs: 40 })
    return { content: [] }
  })
  channel('queue').publish({
    type: 'rateLimit.rejected',
    name: 'r',
    operation: 'x',
    key: 'k',
    rejected: 1,
    retryAfterMs: 1,
  })
  const rejected = { reason: 'full', waitMs: 0, rejected: 1, retryAfterMs: 1 } as const
  channel('queue').publish({ type: 'queue.rejected', ...numbers, ...rejected, inFlight: 4, depth: 9 })
  expect(recorder.operations.get('tools/call a')?.time).toMatchObject({ queueMs: 40, handlerMs: 10 })
  expect(recorder.queues.all()).toEqual([
    { queue: 'main', limit: 5, peak: 5, depth: 9, started: 1, waitMs: 40, rejected: 1 },
  ])
})
