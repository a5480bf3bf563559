import { describe, expect, it } from 'vitest'
import { settle, worldOf } from '../fixtures/world.ts'
import { retry } from '../index.ts'
import { retryAfterOf } from './retryAfter.ts'

const now = Date.parse('2026-07-28T10:00:00Z')

describe('when to come back is read from', () => {
  it.each<[string, unknown, number | undefined]>([
    ['retryAfterMs', { retryAfterMs: 250 }, 250],
    ['retryAfterMs of 0', { retryAfterMs: 0 }, 0],
    ['no retryAfterMs below 0', { retryAfterMs: -1 }, undefined],
    ['no retryAfterMs that is no number', { retryAfterMs: '250' }, undefined],
    ['no endless retryAfterMs', { retryAfterMs: Infinity }, undefined],
    ['a header in seconds', { headers: { 'retry-after': '3' } }, 3000],
    ['a header in seconds as a number', { headers: { 'retry-after': 3 } }, 3000],
    ['a header in another case', { headers: { 'Retry-After': ' 3 ' } }, 3000],
    ['the first of several headers', { headers: { 'retry-after': ['3', '4'] } }, 3000],
    ['a header as a date', { headers: { 'retry-after': 'Tue, 28 Jul 2026 10:00:30 GMT' } }, 30_000],
    ['a header as a date that has passed', { headers: { 'retry-after': 'Tue, 28 Jul 2026 09:00:00 GMT' } }, 0],
    ['a header as a date of RFC 850', { headers: { 'retry-after': 'Tuesday, 28-Jul-26 10:00:30 GMT' } }, 30_000],
    ['a header as a date of asctime', { headers: { 'retry-after': 'Tue Jul 28 10:00:30 2026' } }, 30_000],
    ['no header of a part of a second', { headers: { 'retry-after': '5.5' } }, undefined],
    ['no header of a part of a second as a number', { headers: { 'retry-after': 5.5 } }, undefined],
    ['no header below 0', { headers: { 'retry-after': '-3' } }, undefined],
    ['no header that is a date of another kind', { headers: { 'retry-after': '2026-07-28T10:00:30Z' } }, undefined],
    [
      'no header that only looks like a date',
      { headers: { 'retry-after': 'Tue, 77 Jul 2026 10:00:30 GMT' } },
      undefined,
    ],
    ['no header that is neither', { headers: { 'retry-after': 'soon' } }, undefined],
    ['the headers of fetch', { headers: new Headers({ 'retry-after': '3' }) }, 3000],
    ['headers of fetch that say nothing', { headers: new Headers() }, undefined],
    ['a response', { response: { headers: new Headers({ 'retry-after': '3' }) } }, 3000],
    ['the data of a JSON-RPC error', { code: 1429, data: { reason: 'rate_limited', retryAfterMs: 40 } }, 40],
    ['what caused it', new Error('a', { cause: new Error('b', { cause: { retryAfterMs: 7 } }) }), 7],
    ['no error without any', new Error('a'), undefined],
    ['no string', 'retry-after: 3', undefined],
    ['nothing', undefined, undefined],
  ])('%s', (_, error, expected) => {
    expect(retryAfterOf(error, now)).toBe(expected)
  })

  it('no circle of causes for ever', () => {
    const circle: { cause?: unknown } = {}
    circle.cause = circle
    expect(retryAfterOf(circle, now)).toBeUndefined()
  })
})

describe('retry waits as long as the error asks', () => {
  it.each([
    [0, 5000, 5000],
    [1, 5000, 6000],
    [0.5, 0, 500],
    [0, 10_000, 10_000],
  ])('and by chance %d of its own wait more', async (chance, retryAfterMs, expected) => {
    const world = worldOf(retry({ random: () => chance }))
    const sent = world.send()
    ;(await world.arrived(0)).reject(Object.assign(new Error('busy'), { retryAfterMs }))
    await settle()
    world.clock.advance(expected - 1)
    await settle()
    expect(world.handler.calls).toHaveLength(1)
    world.clock.advance(1)
    ;(await world.arrived(1)).resolve()
    await sent.answer
  })

  it('but not longer than it may', async () => {
    const world = worldOf(retry({ maxRetryAfterMs: 4999 }))
    const sent = world.send()
    ;(await world.arrived(0)).reject(Object.assign(new Error('busy'), { retryAfterMs: 5000 }))
    await expect(sent.answer).rejects.toThrow('busy')
  })

  it('and without end when its own wait has none', async () => {
    const world = worldOf(retry({ delaysMs: Infinity, attempts: 2 }))
    const sent = world.send()
    ;(await world.arrived(0)).reject(Object.assign(new Error('busy'), { retryAfterMs: 50 }))
    await settle()
    world.clock.advance(50)
    ;(await world.arrived(1)).resolve()
    await sent.answer
  })
})
