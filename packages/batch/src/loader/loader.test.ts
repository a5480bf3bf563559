import { withCall } from '@millrace/core'
import { fakeCall, manualClock } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { eventsOf, heldBatches, settle } from '../fixtures/heldBatches.ts'
import { loader } from '../index.ts'
import type { LoaderOptions } from '../index.ts'

/** A loader of `value of <key>` and the batches it has run. */
const counting = (options: LoaderOptions<string> = {}) => {
  const batches: string[][] = []
  const users = loader(async (keys: readonly string[]) => {
    batches.push([...keys])
    return keys.map((key) => `value of ${key}`)
  }, options)
  return { users, batches }
}

describe('a loader', () => {
  it('makes one batch of what one call asks for at the same time, each key once', async () => {
    const { users, batches } = counting()
    const call = fakeCall()
    const values = await Promise.all(['a', 'b', 'a'].map((key) => users.load(key, call)))
    expect(values).toEqual(['value of a', 'value of b', 'value of a'])
    expect(batches).toEqual([['a', 'b']])
  })

  it('takes in what is asked for while promises settle', async () => {
    const { users, batches } = counting()
    const call = fakeCall()
    const later = Promise.resolve()
      .then(() => {})
      .then(() => users.load('b', call))
    await Promise.all([users.load('a', call), later])
    expect(batches).toEqual([['a', 'b']])
  })

  it('remembers values as long as the call lives, and no other call does', async () => {
    const { users, batches } = counting()
    const [one, other] = [fakeCall(), fakeCall()]
    await users.load('a', one)
    await users.load('a', one)
    await users.load('a', other)
    expect(batches).toEqual([['a'], ['a']])
  })

  it('knows a call by its origin, whatever middleware made of it', async () => {
    const { users, batches } = counting()
    const call = fakeCall()
    await Promise.all([users.load('a', call), users.load('b', withCall(call, { deadline: 5 }))])
    expect(batches).toEqual([['a', 'b']])
  })

  it.each([
    ['v1 extra', { signal: new AbortController().signal, sendNotification: async () => {} }],
    ['v2 ctx', { mcpReq: { signal: new AbortController().signal, notify: async () => {} } }],
    ['any object', {}],
  ])('takes %s as the call', async (_, context) => {
    const { users, batches } = counting()
    await Promise.all([users.load('a', context), users.load('b', context)])
    expect(batches).toEqual([['a', 'b']])
  })

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['call', 'a string'],
    [5, 'a number'],
  ])('says what it expects for a call instead of %o', async (caller, got) => {
    const { users } = counting({ name: 'users' })
    await expect(users.load('a', caller as never)).rejects.toThrow(
      new TypeError(`users: expected the call, or the context that the handler was given, got ${got}`),
    )
  })

  it.each([undefined, null])('takes no key that is %o', async (key) => {
    const { users } = counting({ name: 'users' })
    await expect(users.load(key as never, fakeCall())).rejects.toThrow(`users: a key must be a value, got ${key}`)
  })

  it('tells keys apart as its author says', async () => {
    const batches: Array<readonly { readonly id: number }[]> = []
    const users = loader(
      async (keys: readonly { readonly id: number }[]) => {
        batches.push(keys)
        return keys.map(({ id }) => id)
      },
      { key: ({ id }) => id },
    )
    const call = fakeCall()
    expect(await users.loadMany([{ id: 1 }, { id: 2 }, { id: 1 }], call)).toEqual([1, 2, 1])
    expect(batches).toEqual([[{ id: 1 }, { id: 2 }]])
  })

  it('cuts what is too much into several batches', async () => {
    const { users, batches } = counting({ maxBatchSize: 2 })
    await users.loadMany(['a', 'b', 'c', 'd', 'e'], fakeCall())
    expect(batches).toEqual([['a', 'b'], ['c', 'd'], ['e']])
  })

  it('waits for more keys when it is told to', async () => {
    const clock = manualClock()
    const { users, batches } = counting({ waitMs: 5, clock })
    const call = fakeCall()
    const first = users.load('a', call)
    await settle()
    clock.advance(4)
    const second = users.load('b', call)
    expect(batches).toEqual([])
    clock.advance(1)
    expect(await Promise.all([first, second])).toEqual(['value of a', 'value of b'])
    expect(batches).toEqual([['a', 'b']])
  })

  it('runs only so many batches at a time, and one that waits takes in more keys', async () => {
    const { run, batches, items } = heldBatches<string>()
    const users = loader(run, { maxConcurrent: 1 })
    const call = fakeCall()
    const loads = [users.load('a', call)]
    await settle()
    loads.push(users.load('b', call))
    await settle()
    loads.push(users.load('c', call))
    await settle()
    expect(items()).toEqual([['a']])
    batches[0]?.answer()
    await settle()
    expect(items()).toEqual([['a'], ['b', 'c']])
    batches[1]?.answer()
    expect(await Promise.all(loads)).toEqual(['value of a', 'value of b', 'value of c'])
  })

  it('gives what is remembered without a batch, and what is primed', async () => {
    const { users, batches } = counting()
    const call = fakeCall()
    users.prime('a', 'primed', call)
    users.prime('b', new Error('known to be gone'), call)
    expect(await users.load('a', call)).toBe('primed')
    await expect(users.load('b', call)).rejects.toThrow('known to be gone')
    users.prime('a', 'again', call)
    expect(await users.load('a', call)).toBe('primed')
    expect(batches).toEqual([])
  })

  it('loads anew what was cleared', async () => {
    const { users, batches } = counting()
    const call = fakeCall()
    await users.loadMany(['a', 'b'], call)
    users.clear('a', call)
    await users.loadMany(['a', 'b'], call)
    users.clearAll(call)
    await users.loadMany(['a', 'b'], call)
    expect(batches).toEqual([['a', 'b'], ['a'], ['a', 'b']])
  })

  it('says what it runs and what came of it', async () => {
    const clock = manualClock()
    const users = loader(async (keys: readonly string[]) => keys.map((key) => (key === 'b' ? new Error('no') : key)), {
      name: 'users',
      clock,
    })
    const events = await eventsOf(() => users.loadMany(['a', 'b'], fakeCall()))
    expect(events).toEqual([
      { type: 'batch.started', name: 'users', items: 2 },
      { type: 'batch.settled', name: 'users', items: 2, failed: 1, tookMs: 0, error: undefined },
    ])
  })

  it.each<[object, string]>([
    [{ maxBatchSize: 0 }, 'loader.maxBatchSize must be an integer ≥ 1 or Infinity, got 0'],
    [{ waitMs: -1 }, 'loader.waitMs must be a number from 0 to 60000, got -1'],
    [{ maxConcurrent: 1.5 }, 'loader.maxConcurrent must be an integer ≥ 1 or Infinity, got 1.5'],
    [{ share: 'all' }, "loader.share must be true or false or a function, got 'all'"],
    [{ wait: 1 }, 'loader.wait is not an option; did you mean waitMs?'],
  ])('refuses %o', (options, message) => {
    expect(() => counting(options)).toThrow(new TypeError(message))
  })

  it('refuses a batch function that is none', () => {
    expect(() => loader([] as never)).toThrow('loader: expected a batch function, got an array')
  })
})
