import { fakeCall, manualClock, middlewareContract } from '@millrace/core/testing'
import type { FakeCallOptions } from '@millrace/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { limited, times } from '../fixtures/limited.ts'
import { eventsOf } from '../fixtures/world.ts'
import { rateLimit } from '../index.ts'
import type { RateLimitOptions, RateLimitedError } from '../index.ts'

describe('rateLimit keeps the contract of a middleware', () => {
  for (const { name, run } of middlewareContract(() => rateLimit({ calls: 1000 }))) it(name, run)
})

describe('a rate limit', () => {
  it('lets a burst through, then as many as it is told, evenly', async () => {
    const { ask, clock } = limited({ calls: 10, burst: 3 })
    expect(await times(4, ask)).toEqual([true, true, true, 100])
    clock.advance(99)
    expect(await ask()).toBe(1)
    clock.advance(1)
    expect(await times(2, ask)).toEqual([true, 100])
    clock.advance(1000)
    expect(await times(4, ask)).toEqual([true, true, true, 100])
  })

  it('lets as many come at once as may come in its time, unless told otherwise', async () => {
    const { ask } = limited({ calls: 3, perMs: 60_000 })
    expect(await times(4, ask)).toEqual([true, true, true, 20_000])
    const slow = limited({ calls: 0.5 })
    expect(await times(2, slow.ask)).toEqual([true, 2000])
  })

  it('has no window at whose edge twice as many pass', async () => {
    const { ask, clock } = limited({ calls: 10 })
    clock.advance(999)
    const before = await times(10, ask)
    clock.advance(1)
    const after = await times(10, ask)
    expect([...before, ...after].filter((one) => one === true)).toHaveLength(10)
  })

  it('neither counts nor runs a call that was cancelled before it came', async () => {
    const { own, ask, clock } = limited({ calls: 1 })
    const call = fakeCall({ clock })
    call.abort('left')
    await expect(own(call, () => Promise.reject(new Error('ran')))).rejects.toBe('left')
    expect(await ask()).toBe(true)
  })

  it('warns once of a call that can never pass', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { ask } = limited({ calls: 5, cost: ({ target }) => (target === 'export' ? 10 : 1), name: 'per minute' })
    expect(await ask({ target: 'search' })).toBe(true)
    expect(warn).not.toHaveBeenCalled()
    for (let round = 0; round < 3; round += 1) expect(await ask({ target: 'export' })).toBeUndefined()
    const message =
      'rateLimit (per minute): tools/call export counts for 10 calls where at most 5 may come at once, so it never ' +
      'passes: raise burst, or lower cost.'
    expect(warn.mock.calls).toEqual([[message, { type: 'MillraceWarning', code: 'MILLRACE_COST' }]])
    warn.mockRestore()
  })

  it('counts nothing for what it refuses', async () => {
    const { ask, clock } = limited({ calls: 1 })
    expect(await times(50, ask)).toEqual([true, ...Array.from({ length: 49 }, () => 1000)])
    clock.advance(1000)
    expect(await ask()).toBe(true)
  })

  it.each([3, 7, 30, 70, 999, 33_333])('gives all of %d calls of a burst, today as in the year 2100', async (calls) => {
    const { ask } = limited({ calls }, 4_102_444_800_000.123)
    const seen = await times(calls + 1, ask)
    expect(seen.filter((one) => one === true)).toHaveLength(calls)
  })

  it('says no in a sentence that says when to come back', async () => {
    const refusal = async (options: RateLimitOptions) => {
      const own = rateLimit(options)
      const call = fakeCall({ target: 'search', clock: manualClock() })
      await own(call, async () => ({ content: [] }))
      return own(call, async () => ({ content: [] })).catch((error: unknown) => error as RateLimitedError)
    }
    const error = (await refusal({ calls: 1, perMs: 90_000 })) as RateLimitedError
    expect({ ...error, message: error.message, name: error.name }).toEqual({
      name: 'RateLimitedError',
      kind: 'rejected',
      code: 'ERR_RATE_LIMITED',
      retryAfterMs: 90_000,
      message: 'tools/call search came too often from one caller; try again in 90 s.',
    })
    expect(error.stack).not.toContain('at ')
    expect(await refusal({ calls: 1, by: 'server' })).toMatchObject({
      message: 'tools/call search came when the server had too many calls; try again in 1 s.',
    })
    expect(await refusal({ calls: 1, by: 'tool', perMs: 50 })).toMatchObject({
      message: 'tools/call search came too often; try again in 50 ms.',
    })
  })
})

describe('whose calls are counted together', () => {
  const calls: ReadonlyArray<readonly [FakeCallOptions, string]> = [
    [{ principal: 'ann', target: 'a' }, 'first'],
    [{ principal: 'bob', target: 'a' }, 'other principal'],
    [{ principal: 'ann', target: 'b' }, 'other tool'],
    [{ target: 'c' }, 'anonymous'],
    [{ target: 'd' }, 'anonymous again'],
    [{ method: 'resources/read', target: 'x://1', principal: 'cyd' }, 'resource'],
    [{ method: 'resources/read', target: 'x://2', principal: 'dee' }, 'other resource'],
  ]
  it.each<[RateLimitOptions['by'], string[]]>([
    [undefined, ['first', 'other principal', 'anonymous', 'resource', 'other resource']],
    ['principal', ['first', 'other principal', 'anonymous', 'resource', 'other resource']],
    ['tool', ['first', 'other tool', 'anonymous', 'anonymous again', 'resource']],
    ['server', ['first']],
    [({ principal, target }) => `${principal} ${target}`, calls.map(([, name]) => name)],
  ])('is said by %s', async (by, passing) => {
    const { ask } = limited({ calls: 1, by })
    const passed: string[] = []
    for (const [call, name] of calls) if ((await ask(call)) === true) passed.push(name)
    expect(passed).toEqual(passing)
  })

  it('may differ in how many they may make, and in what a call counts for', async () => {
    const { ask, own, clock } = limited({
      calls: ({ principal }) => (principal === 'ann' ? 100 : 10),
      cost: ({ input }) => (input as { rows?: number }).rows ?? 1,
    })
    expect(await ask({ principal: 'ann', input: { rows: 60 } })).toBe(true)
    expect(await ask({ principal: 'ann', input: { rows: 60 } })).toBe(200)
    expect(await ask({ principal: 'bob', input: { rows: 11 } })).toBeUndefined()
    expect(await ask({ principal: 'bob', input: { rows: 0 } })).toBe(true)
    expect(own.remaining(fakeCall({ principal: 'ann', clock }))).toBeCloseTo(40)
    expect(own.remaining(fakeCall({ principal: 'bob', clock }))).toBe(10)
  })

  it.each([0, -1, NaN, '5', Infinity])('must be a number above 0 where a function says how many: %s', async (value) => {
    const own = rateLimit({ calls: () => value as number })
    expect(() => own(fakeCall(), async () => ({}))).toThrow(`rateLimit.calls must give a number above 0, got ${value}`)
  })

  it('must not be refunded by what a call costs', () => {
    const own = rateLimit({ calls: 1, cost: () => -1 })
    expect(() => own(fakeCall(), async () => ({}))).toThrow('rateLimit.cost must give a number ≥ 0, got -1')
  })

  it('is forgotten when an owner says so', async () => {
    const { ask, own } = limited({ calls: 1 })
    expect(await times(2, () => ask({ principal: 'ann' }))).toEqual([true, 1000])
    await ask({ principal: 'bob' })
    own.reset('ann')
    expect([await ask({ principal: 'ann' }), await ask({ principal: 'bob' })]).toEqual([true, 1000])
    own.reset()
    expect([await ask({ principal: 'ann' }), await ask({ principal: 'bob' })]).toEqual([true, true])
  })

  it('is only looked at when an owner asks what is left', async () => {
    const { ask, own, clock } = limited({ calls: 2, perMs: 60_000, maxKeys: 2 })
    const left = (principal: string) => own.remaining(fakeCall({ principal, clock }))
    expect(left('ann')).toBe(2)
    await ask({ principal: 'ann' })
    await ask({ principal: 'bob' })
    for (const principal of ['c', 'd', 'e', 'f']) expect(left(principal)).toBe(2)
    expect([left('ann'), left('bob')]).toEqual([1, 1])
    clock.advance(15_000)
    expect(left('ann')).toBeCloseTo(1.5)
  })

  it('is forgotten first where nothing is counted against it any more', async () => {
    const { ask, clock } = limited({ calls: ({ principal }) => (principal === 'slow' ? 0.1 : 10), maxKeys: 3 })
    await ask({ principal: 'slow' })
    await times(2, () => ask({ principal: 'ann' }))
    await ask({ principal: 'bob' })
    clock.advance(1000)
    await ask({ principal: 'cyd' })
    expect(await ask({ principal: 'slow' })).toBe(9000)
  })

  it('is bounded: whoever asked last is remembered, whoever did not for longest starts afresh', async () => {
    const { ask } = limited({ calls: 1, maxKeys: 4 })
    await ask({ principal: 'ann' })
    for (const principal of ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']) {
      await ask({ principal })
      expect(await ask({ principal: 'ann' })).toBe(1000)
    }
    expect(await ask({ principal: 'i' })).toBe(1000)
    expect(await ask({ principal: 'b' })).toBe(true)
  })

  it('is bounded again once more of them waited than may be remembered', async () => {
    const { own, ask, clock } = limited({ calls: 1, maxKeys: 4, maxWaitMs: 2000 })
    for (let n = 0; n < 40; n += 1) for (let twice = 0; twice < 2; twice += 1) void ask({ principal: `early ${n}` })
    expect(own.waiting()).toBe(40)
    clock.advance(5000)
    for (let n = 0; n < 60; n += 1) void ask({ principal: `late ${n}` })
    const isKnown = (n: number) => own.remaining(fakeCall({ clock, principal: `late ${n}` })) < 1
    expect(Array.from({ length: 60 }, (_, n) => n).filter(isKnown)).toHaveLength(4)
  })
})

describe('what a rate limit says', () => {
  it('is whom it refused, and how many so far', async () => {
    const { ask } = limited({ calls: 1 })
    const events = await eventsOf(() => times(3, () => ask({ principal: 'ann', target: 'search' })))
    const event = { type: 'rateLimit.rejected', name: 'principal', operation: 'tools/call search', key: 'ann' }
    expect(events).toEqual([
      { ...event, rejected: 1, retryAfterMs: 1000 },
      { ...event, rejected: 2, retryAfterMs: 1000 },
    ])
  })

  it.each<[unknown, string]>([
    [undefined, 'rateLimit.calls must be given: how many calls in perMs'],
    [{}, 'rateLimit.calls must be given: how many calls in perMs'],
    [{ calls: 0 }, 'rateLimit.calls must be a number above 0 or a function, got 0'],
    [{ calls: 1, perMs: 0 }, 'rateLimit.perMs must be a number above 0, got 0'],
    [{ calls: 1, burst: 0.5 }, 'rateLimit.burst must be a number ≥ 1, got 0.5'],
    [{ calls: 1, by: 'ip' }, "rateLimit.by must be one of 'principal', 'tool', 'server' or a function, got 'ip'"],
    [{ calls: 1, maxKeys: 1 }, 'rateLimit.maxKeys must be an integer ≥ 2, got 1'],
    [{ calls: 1, limit: 5 }, 'rateLimit.limit is not an option; there are calls'],
  ])('about %j is what was expected and what came', (options, message) => {
    expect(() => rateLimit(options as RateLimitOptions)).toThrow(message)
  })
})
