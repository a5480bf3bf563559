import { subscribe } from '@millrace/core'
import type { WorkersEvent } from '@millrace/core'
import { fakeCall, manualClock } from '@millrace/core/testing'
import { expect, onTestFinished, test } from 'vitest'
import { gate, loop, pass } from './fixtures/gate.ts'
import { opened, taskFile } from './fixtures/open.ts'
import primes from './fixtures/tasks/numbers.ts'

const stops = (): unknown[] => {
  const heard: unknown[] = []
  const listen = (event: WorkersEvent): void => void (event.type === 'workers.stopped' && heard.push(event.reason))
  onTestFinished(subscribe('workers', listen))
  return heard
}

test('two loops are killed at their time limit, and ten neighbours are all answered rightly', async () => {
  const heard = stops()
  const pool = await opened({ minThreads: 3, maxThreads: 3 })
  const endless = pool.offload(loop, { timeLimitMs: 150 })
  const count = pool.offload<typeof primes>(taskFile('numbers'))
  const loops = [endless(), endless()]
  const counts = Array.from({ length: 10 }, (_, n) => count({ below: 1000 * n }))
  for (const one of loops) {
    await expect(one).rejects.toMatchObject({
      name: 'TaskTimedOutError',
      code: 'ERR_TIMED_OUT',
      kind: 'abandoned',
      message: 'The task took longer than 150 ms and has been stopped.',
    })
  }
  expect(await Promise.all(counts)).toEqual(Array.from({ length: 10 }, (_, n) => primes({ below: 1000 * n })))
  expect(heard).toEqual(['timeLimit', 'timeLimit'])
  while (pool.stats().threads < 3) await new Promise(setImmediate)
  expect(pool.stats()).toMatchObject({ finished: 10, stopped: 2, running: 0 })
})

test('the limit is that of the run: neither waiting nor the start of a thread counts', async () => {
  const clock = manualClock()
  const pool = await opened({ maxThreads: 1, clock })
  const { flag, arrived, open } = gate()
  const held = pool.offload(pass, { timeLimitMs: 100 })
  const first = held(flag, 1)
  await arrived(1)
  const second = held(flag, 2)
  clock.advance(99)
  open()
  expect(await Promise.all([first, second])).toEqual([1, 2])
  clock.advance(1_000)
  expect(await held(flag, 3)).toBe(3)
  clock.advance(1_000)
  expect(clock.timers).toBe(0)
})

test.each([
  ['a signal', (signal: AbortSignal) => signal],
  ['extra of SDK v1', (signal: AbortSignal) => ({ signal, requestId: 1 })],
  ['ctx of SDK v2', (signal: AbortSignal) => ({ mcpReq: { signal }, sessionId: 's' })],
])('a loop ends with the caller, known by %s', async (_, within) => {
  const heard = stops()
  const pool = await opened({ maxThreads: 1 })
  const { flag, arrived } = gate()
  const leaving = new AbortController()
  const result = pool.offload(loop)(flag, within(leaving.signal))
  await arrived(1)
  leaving.abort('left')
  await expect(result).rejects.toBe('left')
  expect(heard).toEqual(['cancelled'])
  expect(await pool.offload(() => 'on it goes')()).toBe('on it goes')
})

test('a call ends its task when it is cancelled, and at its deadline', async () => {
  const heard = stops()
  const clock = manualClock()
  const pool = await opened({ maxThreads: 1, clock })
  const { flag, arrived } = gate()
  const endless = pool.offload(loop, { timeLimitMs: 5_000 })
  const call = fakeCall({ clock })
  const cancelled = endless(flag, call)
  await arrived(1)
  call.abort('no longer wanted')
  await expect(cancelled).rejects.toBe('no longer wanted')
  const late = endless(flag, fakeCall({ clock, deadline: clock.now() + 700 }))
  await arrived(2)
  clock.advance(700)
  await expect(late).rejects.toMatchObject({
    code: 'ERR_TIMED_OUT',
    message: 'The task took longer than 700 ms and has been stopped.',
  })
  expect(heard).toEqual(['cancelled', 'deadline'])
})

test('a task that ends its thread is told so, and the next one has another', async () => {
  const heard = stops()
  const pool = await opened({ maxThreads: 1 })
  await expect(
    pool.offload(function leave() {
      process.exit(3)
    })(),
  ).rejects.toMatchObject({
    name: 'TaskExitedError',
    code: 'ERR_TASK_EXITED',
    message: "The task 'leave' ended its thread with exit code 3.",
  })
  const astray = pool.offload(function astray() {
    setTimeout(() => {
      throw new Error('outside')
    }, 1)
    return new Promise(() => {})
  })
  await expect(astray()).rejects.toMatchObject({
    code: 'ERR_TASK_EXITED',
    message: "The thread of the task 'astray' has ended by an error outside of it.",
    cause: { message: 'outside' },
  })
  expect(heard).toEqual(['exited', 'exited'])
  expect(await pool.offload(() => 1)()).toBe(1)
})
