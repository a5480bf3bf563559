import { manualClock } from '@millrace/core/testing'
import { expect, it } from 'vitest'
import { rawServer, send } from '../fixtures/rawServer.ts'
import { benched } from '../fixtures/run.ts'
import { modern, prepare } from '../wire/era.ts'
import { callOnce } from './closedLoop.ts'
import { Recorder } from './recorder.ts'

/** A server that answers at once, but for one pause in which it answers nobody. */
const stalling = (pauseMs: number, afterCalls: number) => {
  let calls = 0
  let until: Promise<void> = Promise.resolve()
  return rawServer(({ id }, response) => {
    if ((calls += 1) === afterCalls) until = new Promise((resolve) => setTimeout(resolve, pauseMs))
    void until.then(() => send(response, id, {}))
  })
}

it('everyone who would have come while the server stood still is charged for it', async () => {
  const flags = ['--method', 'x', '-c', '1', '-d', '1s']
  const open = await benched([await stalling(400, 50), '-r', '200', ...flags])
  // 200 a second for one second; those of the pause of 0.4 s waited 0.2 s each on the average, on one connection.
  expect(open.calls).toBeGreaterThan(195)
  expect(open.calls).toBeLessThan(205)
  expect(open.failed).toBe(0)
  expect(open.latency.p90).toBeGreaterThan(200)
  expect(open.latency.max).toBeGreaterThan(390)
  expect(open.load).toMatchObject({ kind: 'open', ratePerSecond: 200 })

  const closed = await benched([await stalling(400, 50), ...flags])
  expect(closed.latency.max).toBeGreaterThan(390)
  // One caller who waits for each answer meets the pause once.
  expect(closed.latency.p90).toBeLessThan(200)
  expect(closed.load.kind).toBe('closed')
})

it('calls that come too fast time out, in the line or on the way', async () => {
  const url = await rawServer(({ id }, response) => setTimeout(() => send(response, id, {}), 50).unref())
  const report = await benched([url, '--method', 'x', '-c', '1', '-r', '100', '-d', '500ms', '--timeout', '100ms'])
  expect(new Set(report.errors.map(({ kind }) => kind))).toEqual(new Set(['timed out']))
  expect(report.calls).toBeGreaterThan(45)
  expect(report.latency.max).toBeLessThan(150)
})

it('a call that finds no free connection in time is not sent', async () => {
  const clock = manualClock(1000)
  const recorder = new Recorder({ from: 0, to: 2000 }, ['x'])
  const request = prepare(modern, { method: 'x', params: {} })
  const mix = { operations: ['x'], samples: [request], leftOut: [], next: () => ({ request, operation: 0 }) }
  const lane = { send: () => Promise.reject(new Error('it was sent')), close: async () => {} }
  const load = { lanes: [lane], mix, recorder, clock, timeoutMs: 100, isOver: () => false }
  expect(await callOnce(load, lane, 800)).toBe('timed out')
  expect(recorder.failures()).toMatchObject([{ detail: 'no connection was free in time', count: 1 }])
})
