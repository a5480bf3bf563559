import { describe, expect, it } from 'vitest'
import { breaking } from '../fixtures/breaking.ts'
import type { Breaking, End } from '../fixtures/breaking.ts'
import { breaker } from '../index.ts'
import type { BreakerOptions } from '../index.ts'

const key = 'tools/call tool'

/** The breaker of the process after that one, at its time unless told otherwise. */
const next = (before: Breaking, options: BreakerOptions = {}, at = before.clock.now()): Breaking =>
  breaking({ ...options, initialState: JSON.parse(JSON.stringify(before.breaker)) }, at)

const played = async (options: BreakerOptions, ...ends: readonly End[]): Promise<Breaking> => {
  const world = breaking(options, 1_000_000)
  await world.play(...ends)
  return world
}

describe('the next process', () => {
  it('knows the last calls, and opens on what they and its own come to', async () => {
    const options = { size: 4, slowCallMs: 50 }
    const before = await played(options, 'fail', 'ok', 'ok', 'ok', 'slow', 'fail')
    expect(before.breaker.toJSON()).toEqual({
      version: 1,
      mode: 'closed',
      circuits: [{ key, type: 'closed', window: { calls: '..sf' } }],
    })
    const after = next(before, options)
    expect(after.state).toEqual({ type: 'closed', calls: 4, failures: 1, slowCalls: 1 })
    expect(await after.play('fail', 'ok')).toEqual(['fail', 'refused'])
  })

  it('knows the calls of the last seconds, until they are too old', async () => {
    const options: BreakerOptions = { window: 'time', size: 10, minCalls: 4, slowCallMs: 50 }
    const before = await played(options, 'fail')
    before.clock.advance(3000)
    await before.play('ok', 'slowFail')
    expect(before.breaker.toJSON().circuits).toEqual([
      {
        key,
        type: 'closed',
        window: {
          seconds: [
            [1000, 1, 1, 0],
            [1003, 2, 1, 1],
          ],
        },
      },
    ])
    const after = next(before, options, 1_009_500)
    expect(after.state).toMatchObject({ calls: 3, failures: 2, slowCalls: 1 })
    expect(await after.play('ok', 'ok')).toEqual(['ok', 'refused'])
    const later = next(before, options, 1_010_500)
    expect(await later.play('ok', 'ok', 'ok')).toEqual(['ok', 'ok', 'ok'])
    expect(later.state).toMatchObject({ calls: 5, failures: 1 })
  })

  it('refuses until an open circuit may be tried, and keeps count of how often it opened in a row', async () => {
    const options = { size: 1, openMs: [1000, 5000], halfOpenProbes: 1 }
    const before = await played(options, 'fail')
    const after = next(before, options, 1_000_400)
    expect(await after.play('ok')).toEqual(['refused'])
    after.clock.advance(600)
    expect(await after.play('fail', 'ok')).toEqual(['fail', 'refused'])
    expect(after.state).toEqual({ type: 'open', until: 1_006_000, opens: 2 })
  })

  it('keeps open what waits for its owner', async () => {
    const before = await played({ size: 1, openMs: Infinity }, 'fail')
    const after = next(before, { size: 1 }, 1e12)
    expect(await after.play('ok')).toEqual(['refused'])
    expect(after.state).toMatchObject({ type: 'open', until: Infinity })
  })

  it('probes anew what was being probed', async () => {
    const options = { size: 1, openMs: 1000, halfOpenProbes: 2 }
    const before = await played(options, 'fail')
    before.clock.advance(1000)
    await before.hold(1)
    expect(before.state).toMatchObject({ type: 'halfOpen', permits: 1 })
    const after = next(before, options)
    expect(await after.play('ok', 'ok')).toEqual(['ok', 'ok'])
    expect(after.state).toMatchObject({ type: 'closed' })
  })

  it('does what the owner wanted, for what is known and what is to come', async () => {
    const before = await played({}, 'ok')
    before.breaker.observeOnly()
    before.breaker.isolate('tools/call other')
    const after = next(before)
    await after.play('fail')
    expect(after.state).toMatchObject({ type: 'observing', calls: 1, failures: 1 })
    await after.hold(1, { target: 'third' })
    expect(after.breaker.state('tools/call other')).toEqual({ type: 'isolated' })
    expect(after.breaker.state('tools/call third')?.type).toBe('observing')
    after.breaker.reset()
    expect(after.breaker.keys().map((one) => after.breaker.state(one)?.type)).toEqual(['closed', 'closed', 'closed'])
  })

  it('may look at fewer calls, and starts afresh where it looks at something else', async () => {
    const before = await played({ size: 10 }, 'fail', 'ok', 'ok', 'fail')
    expect(next(before, { size: 2 }).state).toMatchObject({ calls: 2, failures: 1 })
    expect(next(before, { window: 'time' }).state).toMatchObject({ calls: 0, failures: 0 })
    const timed = await played({ window: 'time' }, 'ok', 'ok')
    expect(next(timed).state).toMatchObject({ calls: 0 })
  })

  it('is not shut for longer when its clock is behind', async () => {
    const options: BreakerOptions = { window: 'time', size: 10, minCalls: 2, openMs: 1000 }
    const open = next(await played(options, 'fail', 'fail'), options, 10_000)
    expect(await open.play('ok')).toEqual(['refused'])
    expect(open.state).toMatchObject({ type: 'open', until: 11_000 })
    open.clock.advance(1000)
    expect(await open.play('ok')).toEqual(['ok'])
  })

  it('does not count for longer what its clock says is yet to come', async () => {
    const options: BreakerOptions = { window: 'time', size: 10, minCalls: 10 }
    const after = next(await played(options, 'fail', 'fail', 'fail'), options, 10_000)
    after.clock.advance(5000)
    await after.play('ok')
    expect(after.state).toMatchObject({ calls: 4, failures: 3 })
    after.clock.advance(10_000)
    await after.play('ok')
    expect(after.state).toMatchObject({ calls: 1, failures: 0 })
  })

  it('takes over no more circuits than it may remember: those named last', async () => {
    const before = breaking({ key: ({ target }) => target ?? '' })
    for (const target of ['a', 'b', '__proto__']) await before.hold(1, { target })
    expect(next(before, { maxKeys: 2 }).breaker.keys()).toEqual(['b', '__proto__'])
  })
})

describe('a snapshot that is none', () => {
  const circuits = (...all: readonly object[]) => ({ version: 1, mode: 'closed', circuits: all })
  it.each<[unknown, string]>([
    ['{}', "this is a string: JSON.parse it), got '{}'"],
    [JSON.stringify(breaker()), "this is a string: JSON.parse it), got '{"],
    [{ version: 2 }, 'version is not 1'],
    [{ version: 1, mode: 'half' }, 'mode is none of its four'],
    [{ version: 1, mode: 'closed', circuits: {} }, 'circuits is no array'],
    [circuits({ type: 'closed' }), 'circuits[0].key is no string'],
    [circuits({ key, type: 'isolated' }, { key, type: 'shut' }), 'circuits[1].type is no state of a circuit'],
    [circuits({ key, type: 'open', opens: 1 }), 'circuits[0].since is no number'],
    [circuits({ key, type: 'open', since: 1, openMs: -1, opens: 1 }), 'circuits[0].openMs is no number ≥ 0'],
    [circuits({ key, type: 'open', since: 1 }), 'circuits[0].opens is no number ≥ 0'],
    [circuits({ key, type: 'halfOpen', opens: '1' }), 'circuits[0].opens is no number ≥ 0'],
    [circuits({ key, type: 'closed' }), 'circuits[0].window has neither calls nor seconds'],
    [
      circuits({ key, type: 'closed', window: { calls: '.x' } }),
      'circuits[0].window.calls has other letters than .fsb',
    ],
    [circuits({ key, type: 'observing', window: { seconds: [[1, 2, 3, 0]] } }), 'circuits[0].window has neither'],
    [circuits({ key, type: 'closed', window: { seconds: [[1, 2]] } }), 'circuits[0].window has neither'],
    [circuits({ key, type: 'closed', window: { calls: '.', seconds: 5 } }), 'circuits[0].window has neither'],
    [circuits({ key, type: 'halfOpen', opens: 0.5 }), 'circuits[0].opens is no number ≥ 0'],
  ])('is refused: %j', (initialState, fault) => {
    expect(() => breaker({ initialState } as BreakerOptions)).toThrow(
      `breaker.initialState must be what toJSON() of a breaker gives (${fault}`,
    )
  })
})
