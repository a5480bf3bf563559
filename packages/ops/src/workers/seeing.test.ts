import { breaker } from '@millrace/resilience'
import { expect, it } from 'vitest'
import { streamOf } from '../dashboard/fixtures/stream.ts'
import type { Snapshot } from '../dashboard/view/snapshot.ts'
import { bearer } from '../fixtures/ask.ts'
import { FakeWorker, started } from '../fixtures/together.ts'

it('the dashboard shows all of them, each with a line, also those that are silent or not there', async () => {
  const { together, url, workers } = await started(3, { dashboard: { intervalMs: 100, historyMs: 60_000 } })
  await workers[0].call('a', 3)
  await workers[1].call('a', 4)
  workers[1].isStuck = true
  await together.end(together.workers[2]!, true)
  const stream = await streamOf(url, bearer)
  let snapshot: Snapshot | undefined
  while (snapshot?.workers?.[0]?.rate === undefined) snapshot = (await stream.next()).data.snapshot
  const seen = snapshot.workers.map(({ worker, pid, state, fault }) => [worker, pid, state, fault])
  expect(seen).toEqual(
    [
      [1, workers[0].pid, 'ready', null],
      [2, workers[1].pid, 'ready', 'It did not answer within 2 s.'],
      [3, null, 'missing', 'It is not there.'],
    ].map((line) => line.map((one) => one ?? undefined)),
  )
  expect(snapshot.workers[0]?.process?.heapUsedBytes).toBeGreaterThan(1_000_000)
  expect(snapshot.process.heapUsedBytes).toBe(snapshot.workers[0]?.process?.heapUsedBytes)
  expect(snapshot.tools[0]).toMatchObject({ operation: 'tools/call a', callsEver: 3 })
  expect(snapshot.alerts.map(({ text }) => text)).toContain(
    'workers is degraded. Worker 2: It did not answer within 2 s. Worker 3: It is not there.',
  )
})

it('a breaker is isolated in all of them, in those to come too, until somebody closes it', async () => {
  const guards = Array.from({ length: 3 }, () => breaker())
  const [first, second, third] = guards as [(typeof guards)[0], (typeof guards)[0], (typeof guards)[0]]
  const { together, act, workers } = await started(1, { dashboard: { breaker: first } })
  const another = new FakeWorker(2, 7, { dashboard: { breaker: second } })
  together.workers.push(another)
  first.reset('search')
  const flip = (to: string) => act(`/dashboard/breaker?key=search&to=${to}`)
  expect(JSON.parse((await flip('isolated')).text)).toEqual({ key: 'search', state: 'isolated' })
  // It has not had a call of this circuit yet.
  expect([first, second].map((guard) => guard.state('search')?.type)).toEqual(['isolated', 'isolated'])
  another.isStuck = true
  expect(JSON.parse((await flip('isolated')).text)).toEqual({ key: 'search', state: 'isolated', late: [2] })
  workers[0].isStuck = true
  // Nobody that answers knows the circuit; what has been isolated is known here.
  expect((await flip('closed')).status).toBe(200)
  workers[0].isStuck = false
  await flip('isolated')
  const fresh = new FakeWorker(1, 8, { dashboard: { breaker: third } })
  together.arrive(fresh)
  await new Promise((resolve) => setImmediate(resolve))
  expect(third.state('search')?.type).toBe('isolated')
  expect((await act('/dashboard/breaker?key=other&to=isolated')).status).toBe(404)
})
