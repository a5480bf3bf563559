import { setImmediate as nextTurn } from 'node:timers/promises'
import { held, manualClock } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { LearnedList } from './learnedList.ts'

const list =
  (...tools: object[]) =>
  () => ({ tools })
const readOnly = { annotations: { readOnlyHint: true } }

/** Pages of one tool each. */
const paged = (pages: number) => (cursor: string | undefined) => {
  const page = Number(cursor ?? 0)
  return {
    tools: [{ name: `tool ${page}`, ...readOnly }],
    ...(page + 1 < pages ? { nextCursor: `${page + 1}` } : {}),
  }
}

describe('what is learned from a list', () => {
  it('is the names, and the traits that annotations say', async () => {
    const learned = new LearnedList('tools/list')
    await learned.learn(list({ name: 'a', ...readOnly }, { name: 'b' }), manualClock())
    expect(learned.traitsOf('a')).toMatchObject({ readOnly: true })
    expect(learned.traitsOf('b')).toEqual({})
    expect(learned.traitsOf('never listed')).toEqual({})
    expect([learned.has('b'), learned.has('never listed'), learned.isComplete]).toEqual([true, false, true])
  })

  it('is the names of prompts as well', async () => {
    const learned = new LearnedList('prompts/list')
    await learned.learn(() => ({ prompts: [{ name: 'ask' }] }), manualClock())
    expect(learned.names).toEqual(['ask'])
  })

  it('is on all its pages', async () => {
    const learned = new LearnedList('tools/list')
    await learned.learn(paged(12), manualClock())
    expect(learned.names).toHaveLength(12)
    expect(learned.traitsOf('tool 11')).toMatchObject({ readOnly: true })
  })

  it('is bounded: by pages, by names, by a cursor that leads nowhere', async () => {
    for (const [page, names] of [
      [paged(1_000_000), 50],
      [() => ({ tools: Array.from({ length: 5000 }, (_, n) => ({ name: `${n}` })) }), 1000],
      [() => ({ tools: [{ name: 'a' }], nextCursor: 'again' }), 1],
    ] as const) {
      const learned = new LearnedList('tools/list')
      await learned.learn(page, manualClock())
      expect(learned.names).toHaveLength(names)
    }
  })

  it('is asked for once, and again after a minute by a call that does not wait', async () => {
    const clock = manualClock()
    let asked = 0
    const counted = () => ({ tools: [{ name: `${(asked += 1)}` }] })
    const learned = new LearnedList('tools/list')
    await learned.learn(counted, clock)
    expect(learned.learn(counted, clock)).toBeUndefined()
    expect(asked).toBe(1)
    clock.advance(60_000)
    expect(learned.learn(counted, clock)).toBeUndefined()
    await nextTurn()
    expect([asked, learned.names]).toEqual([2, ['2']])
  })

  it('is waited for by every call that comes in the meantime', async () => {
    const handler = held()
    const learned = new LearnedList('tools/list')
    const clock = manualClock()
    const waiting = [1, 2].map(() => learned.learn(() => handler.next({} as never), clock))
    expect(waiting[0]).toBe(waiting[1])
    handler.calls[0]?.resolve({ tools: [{ name: 'a' }] })
    await waiting[0]
    expect([handler.calls.length, learned.has('a')]).toEqual([1, true])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken')
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
    ['answers nothing', () => undefined],
    ['answers garbage', () => ({ tools: 7 })],
  ])(
    'stays unknown when the list %s, and is asked for again: after 1 s, 2 s, 4 s … a minute',
    async (_what, broken) => {
      const clock = manualClock()
      let asked = 0
      const failing = () => {
        asked += 1
        return broken()
      }
      const learned = new LearnedList('tools/list')
      await learned.learn(failing, clock)
      expect([learned.traitsOf('a'), learned.isComplete]).toEqual([{}, false])
      for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
        const before = asked
        clock.advance(seconds * 1000 - 1)
        void learned.learn(failing, clock)
        expect(asked).toBe(before)
        clock.advance(1)
        expect(learned.learn(failing, clock)).toBeUndefined()
        expect(asked).toBe(before + 1)
        await nextTurn()
      }
      clock.advance(60_000)
      void learned.learn(list({ name: 'a', ...readOnly }), clock)
      await nextTurn()
      expect(learned.traitsOf('a')).toMatchObject({ readOnly: true })
    },
  )

  it('is garbage only in part: entries that are none are passed over', async () => {
    const learned = new LearnedList('tools/list')
    await learned.learn(() => ({ tools: [null, 7, { name: 3 }, { name: 'a' }] }), manualClock())
    expect(learned.names).toEqual(['a'])
  })

  it('does not keep calls waiting for a list that never comes', async () => {
    const clock = manualClock()
    const handler = held()
    const learned = new LearnedList('tools/list')
    const waiting = learned.learn(() => handler.next({} as never), clock)
    clock.advance(100)
    await waiting
    await learned.learn(() => handler.next({} as never), clock)
    expect([clock.timers, handler.calls.length]).toEqual([0, 1])
  })
})
