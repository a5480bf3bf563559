import { fakeCall, manualClock } from '@millrace/core/testing'
import { expect, test } from 'vitest'
import { gate, loop, pass } from './fixtures/gate.ts'
import { opened } from './fixtures/open.ts'

test('a free thread goes to the most important task, and among equals to who came first', async () => {
  const pool = await opened({ maxThreads: 1 })
  const { flag, arrived, open } = gate()
  const first = pool.offload(pass)(flag, 'running')
  await arrived(1)
  const order: unknown[] = []
  const note = pool.offload((name: string) => name, { priority: (name) => name.split(' ')[0] as 'high' })
  const low = pool.offload((name: string) => name, { priority: 'low' })
  const names = ['normal 1', 'critical 1', 'high 1', 'normal 2', 'critical 2']
  const results = [low('low 1').then((name) => order.push(name))]
  for (const name of names) results.push(note(name).then((got) => order.push(got)))
  open()
  await Promise.all([first, ...results])
  expect(order).toEqual(['critical 1', 'critical 2', 'high 1', 'normal 1', 'normal 2', 'low 1'])
})

test('a line that is full refuses, and says when to come again once tasks have been measured', async () => {
  const pool = await opened({ maxThreads: 1, maxQueued: 1 })
  const { flag, arrived, open } = gate()
  const held = pool.offload(pass)
  const refused = async (): Promise<unknown> => held(flag, 0).catch((error: unknown) => error)
  const running = [held(flag, 1), held(flag, 2)]
  await arrived(1)
  expect(await refused()).toMatchObject({
    name: 'WorkersBusyError',
    code: 'ERR_POOL_EXHAUSTED',
    kind: 'rejected',
    retryAfterMs: undefined,
    message: 'All worker threads are in use and too many tasks wait for one.',
  })
  open()
  await Promise.all(running)
  const again = gate()
  const next = [held(again.flag, 1), held(again.flag, 2)]
  const { retryAfterMs } = (await held(again.flag, 3).catch((error: unknown) => error)) as { retryAfterMs: number }
  expect(retryAfterMs).toBeGreaterThan(0)
  again.open()
  await Promise.all(next)
  expect(pool.stats()).toMatchObject({ tasks: 6, finished: 4, refused: 2 })
})

test('nobody waits for longer than waitMs, the deadline of the call, or the call itself', async () => {
  const clock = manualClock()
  const pool = await opened({ maxThreads: 1, waitMs: 500, timeLimitMs: Infinity, clock })
  const { flag, arrived } = gate()
  const leaving = new AbortController()
  const running = pool.offload(loop)(flag, leaving.signal)
  await arrived(1)
  const task = pool.offload((n: number) => n)
  const [waited, deadline] = [task(1), task(2, fakeCall({ clock, deadline: clock.now() + 100 }))]
  const call = fakeCall({ clock })
  const left = task(3, call)
  expect(pool.stats().queued).toBe(3)
  call.abort('left')
  await expect(left).rejects.toBe('left')
  expect(pool.stats()).toMatchObject({ queued: 2, left: 1 })
  clock.advance(100)
  await expect(deadline).rejects.toMatchObject({
    code: 'ERR_DEADLINE',
    kind: 'rejected',
    message: 'The call had no time left for its task.',
  })
  clock.advance(400)
  await expect(waited).rejects.toMatchObject({
    code: 'ERR_POOL_EXHAUSTED',
    message: 'No worker thread was free within 500 ms.',
  })
  leaving.abort('enough')
  await expect(running).rejects.toBe('enough')
})

test('who has gone or is too late already is not let in', async () => {
  const clock = manualClock(1_000)
  const pool = await opened({ clock })
  const task = pool.offload(() => 1)
  await expect(task(AbortSignal.abort('gone'))).rejects.toBe('gone')
  const gone = fakeCall({ clock })
  gone.abort('gone too')
  await expect(task(gone)).rejects.toBe('gone too')
  await expect(task(fakeCall({ clock, deadline: 999 }))).rejects.toMatchObject({ code: 'ERR_DEADLINE' })
  expect(await task(fakeCall({ clock, deadline: 2_000 }))).toBe(1)
  expect(pool.stats()).toMatchObject({ tasks: 4, finished: 1, left: 2, refused: 1 })
})

test('a task whose own priority or transfer fails is refused, and takes nobody with it', async () => {
  const pool = await opened({ maxThreads: 1 })
  const wrong = pool.offload((n: number) => n, { priority: () => 'urgent' as 'high' })
  await expect(wrong(1)).rejects.toThrow("offload.priority must give one of critical, high, normal, low, got 'urgent'")
  const throwing = pool.offload((n: number) => n, {
    transfer: () => {
      throw new Error('no buffer')
    },
  })
  await expect(throwing(1)).rejects.toThrow('no buffer')
  expect(await pool.offload((n: number) => n)(2)).toBe(2)
  expect(pool.stats()).toMatchObject({ running: 0, queued: 0 })
})
