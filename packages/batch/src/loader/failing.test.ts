import { fakeCall, manualClock } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { heldBatches, settle } from '../fixtures/heldBatches.ts'
import { loader } from '../index.ts'

describe.each([
  ['that each call has for itself', false],
  ['that calls share', true],
])('the loads %s', (_, share) => {
  it('fail one by one where the batch has an Error for the key', async () => {
    const users = loader(
      async (keys: readonly string[]) => keys.map((key) => (key === 'b' ? new Error('no such user') : key)),
      { share },
    )
    const call = fakeCall()
    const [a, b] = await Promise.allSettled([users.load('a', call), users.load('b', call)])
    expect(a).toEqual({ status: 'fulfilled', value: 'a' })
    expect(b).toEqual({ status: 'rejected', reason: new Error('no such user') })
    expect(await users.loadMany(['a', 'b'], call)).toEqual(['a', new Error('no such user')])
  })

  it.each([
    ['rejects', () => Promise.reject(failure)],
    [
      'throws at once',
      () => {
        throw failure
      },
    ],
  ])('all fail with what the batch function threw when it %s, and the next one asks again', async (_, fail) => {
    let runs = 0
    const users = loader(
      (keys: readonly string[]): Promise<readonly string[]> => {
        runs += 1
        return runs === 1 ? fail() : Promise.resolve(keys)
      },
      { share },
    )
    const call = fakeCall()
    const loads = await Promise.allSettled(['a', 'b'].map((key) => users.load(key, call)))
    expect(loads).toEqual([
      { status: 'rejected', reason: failure },
      { status: 'rejected', reason: failure },
    ])
    expect(await users.load('a', call)).toBe('a')
    expect(runs).toBe(2)
  })

  it.each<[string, () => unknown, string]>([
    ['too few values', async () => ['secret'], 'got an array of 1'],
    ['too many values', async () => ['secret', 'secret', 'secret'], 'got an array of 3'],
    ['an object', async () => ({ secret: 1 }), 'got an object'],
    ['null', async () => null, 'got null'],
    ['nothing', async () => {}, 'got undefined'],
    ['a text', async () => 'secret', 'got a string'],
    ['no promise but an array', () => ['secret', 'secret'], 'must return a promise of an array, got an array'],
    ['no promise', () => undefined, 'must return a promise of an array, got undefined'],
    ['a number', () => 5, 'must return a promise of an array, got a number'],
    ['no promise but null', () => null, 'must return a promise of an array, got null'],
  ])('say so in a sentence without data when the batch function gives %s', async (_, run, message) => {
    const users = loader(run as never, { share, name: 'users' })
    const call = fakeCall()
    const both = await Promise.allSettled([users.load('k1', call), users.load('k2', call)])
    const [{ reason }] = both as unknown as [{ reason: Error }]
    expect(reason).toBeInstanceOf(TypeError)
    expect(reason.message).toContain('users: the batch function must')
    expect(reason.message).toContain(message)
    expect(reason.message).not.toMatch(/secret|k1/)
  })

  it('are given up when the batch takes too long; it is told, and its slot is free', async () => {
    const clock = manualClock()
    const { run, batches, items } = heldBatches<string>()
    const users = loader(run, { share, timeoutMs: 50, maxConcurrent: 1, clock })
    const call = fakeCall()
    const lost = users.load('a', call)
    await settle()
    const next = users.load('b', call)
    await settle()
    clock.advance(50)
    await expect(lost).rejects.toMatchObject({
      code: 'ERR_TIMED_OUT',
      kind: 'abandoned',
      message: 'The batch was given up because it took longer than 50 ms.',
    })
    expect(batches[0]?.batch.signal.aborted).toBe(true)
    await settle()
    expect(items()).toEqual([['a'], ['b']])
    batches[0]?.answer()
    batches[1]?.answer()
    expect(await next).toBe('value of b')
    expect(clock.timers).toBe(0)
  })

  it('may take as long as they like when told so', async () => {
    const clock = manualClock()
    const { run, batches } = heldBatches<string>()
    const users = loader(run, { share, timeoutMs: Infinity, clock })
    const load = users.load('a', fakeCall())
    await settle()
    clock.advance(1e9)
    batches[0]?.answer()
    expect(await load).toBe('value of a')
  })

  it('carry ten thousand keys', async () => {
    const sizes: number[] = []
    const users = loader(
      async (keys: readonly number[]) => {
        sizes.push(keys.length)
        return keys.map((key) => key * 2)
      },
      { share },
    )
    const keys = Array.from({ length: 10_000 }, (_, key) => key)
    expect(await users.loadMany(keys, fakeCall())).toEqual(keys.map((key) => key * 2))
    expect(sizes).toEqual(Array.from({ length: 10 }, () => 1000))
  })
})

const failure = new Error('the database is down')
