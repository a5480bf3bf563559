import { Session } from 'node:inspector'
import { channel, compose, systemClock } from '@millrace/core'
import type { Next } from '@millrace/core'
import { deferred, fakeCall, manualClock } from '@millrace/core/testing'
import { metrics } from '@millrace/metrics'
import { queue } from '@millrace/queue'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { primesFor } from '../fixtures/primesFor.ts'
import { SlowCalls } from './slowCalls.ts'

const keeping = (options: { aboveMs?: number; keep?: number; hasCpu?: boolean } = {}, clock = manualClock(1)) => {
  const own = metrics({ process: false, events: false })
  const slow = new SlowCalls({ aboveMs: 100, keep: 3, hasCpu: false, ...options }, own, clock, 50)
  slow.begin()
  onTestFinished(() => {
    slow.end()
    own.close()
  })
  const call = (target: string, ms: number) =>
    own(fakeCall({ target, clock }), async () => {
      clock.advance(ms)
      return { content: [] }
    })
  return { own, slow, clock, call }
}

describe('slow calls', () => {
  it('are those that took as long as calls may, the last few of them, latest first', async () => {
    const { slow, call } = keeping()
    for (const [n, ms] of [99, 100, 101, 102, 5, 103].entries()) await call(`t${n}`, ms)
    expect(slow.answer).toMatchObject({ aboveMs: 100, seen: 4 })
    expect(slow.answer.calls.map(({ id, operation, tookMs }) => [id, operation, tookMs])).toEqual([
      [4, 'tools/call t5', 103],
      [3, 'tools/call t3', 102],
      [2, 'tools/call t2', 101],
    ])
    expect(slow.answer.calls[0]).toMatchObject({ at: 408, outcome: 'ok', besides: 0, cpu: undefined })
  })

  it('say where their time went, each its own, however many ran at once', async () => {
    const { own, slow, clock } = keeping({ aboveMs: 60 })
    const ends = [deferred(), deferred()]
    const line = queue({ maxConcurrent: 1 })
    const handle: Next = async ({ target }) => {
      await ends[Number(target)]!.promise
      channel('pg').publish({ type: 'pg.query', pool: 'db', waitMs: 10, tookMs: 30, error: undefined })
      return { content: [] }
    }
    const run = compose(own, line)(handle)
    const calls = ['0', '1'].map((target) => run(fakeCall({ target, clock })))
    clock.advance(70)
    ends[0]!.resolve()
    await calls[0]
    clock.advance(50)
    ends[1]!.resolve()
    await calls[1]
    expect(slow.answer.calls.map(({ operation, time, besides }) => ({ operation, time, besides }))).toMatchObject([
      { operation: 'tools/call 1', time: { queueMs: 70, poolWaitMs: 10, databaseMs: 30, handlerMs: 10 }, besides: 1 },
      { operation: 'tools/call 0', time: { queueMs: 0, poolWaitMs: 10, databaseMs: 30, handlerMs: 30 }, besides: 1 },
    ])
  })

  it('fail as they would have failed, and names that callers made up are cut', async () => {
    const { own, slow, clock } = keeping()
    const thrown = new Error('broken')
    const failing: Next = async () => {
      clock.advance(100)
      throw thrown
    }
    await expect(own(fakeCall({ target: 'x'.repeat(500), clock }), failing)).rejects.toBe(thrown)
    expect(slow.answer.calls[0]).toMatchObject({ outcome: 'failed', operation: `tools/call ${'x'.repeat(117)}` })
  })

  it('are not looked for any more once that is ended, and nobody is left behind', async () => {
    const { slow, call } = keeping()
    slow.end()
    await call('a', 1_000)
    expect(slow.answer.seen).toBe(0)
    expect((['cache', 'queue', 'pg', 'undici'] as const).filter((name) => channel(name).hasSubscribers)).toEqual([])
  })
})

describe('a CPU profile of a slow call', () => {
  it('names the function that was slow, and is of that time', async () => {
    const own = metrics({ process: false, events: false })
    const slow = new SlowCalls({ aboveMs: 150, keep: 2, hasCpu: true }, own, systemClock, 50)
    slow.begin()
    onTestFinished(() => {
      slow.end()
      own.close()
    })
    const run = compose(own)(async ({ target }) => {
      if (target === 'planted') primesFor(200)
      return { content: [] }
    })
    // Until there is a profiler, what is slow has no profile.
    await expect
      .poll(
        async () => {
          for (const target of ['quick', 'planted']) await run(fakeCall({ target, clock: systemClock }))
          return slow.answer.calls.some(({ cpu }) => cpu !== undefined)
        },
        { timeout: 20_000, interval: 150 },
      )
      .toBe(true)
    const found = slow.answer.calls.find(({ cpu }) => cpu !== undefined)!
    expect(found.operation).toBe('tools/call planted')
    expect(found.cpu?.functions[0]).toMatchObject({ name: 'primesFor', owner: 'own' })
    expect(found.cpu!.functions[0]!.share).toBeGreaterThan(0.5)
    expect(found.cpu!.coveredMs).toBeLessThanOrEqual(found.tookMs + 1)
    const profile = slow.profileOf(found.id)!
    expect(profile.nodes.some(({ callFrame }) => callFrame.functionName === 'primesFor')).toBe(true)
    for (let n = 0; n < 2; n += 1) await run(fakeCall({ target: 'planted', clock: systemClock }))
    expect(slow.profileOf(found.id)).toBeUndefined()
  }, 30_000)

  it('is not to be had where Node has no inspector: it says so, and calls go on', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const connect = vi.spyOn(Session.prototype, 'connect').mockImplementation(() => {
      throw new Error('Inspector is not available')
    })
    onTestFinished(() => {
      warn.mockRestore()
      connect.mockRestore()
    })
    const { slow, call } = keeping({ hasCpu: true })
    await expect
      .poll(() => warn.mock.calls)
      .toEqual([
        [
          'ops.slowCalls: there are no CPU profiles of slow calls: Inspector is not available',
          { type: 'MillraceWarning', code: 'MILLRACE_PROFILE' },
        ],
      ])
    await call('a', 100)
    expect(slow.answer.calls).toMatchObject([{ operation: 'tools/call a', cpu: undefined }])
  })

  it('begins window after window while nothing is slow, and none after its end', async () => {
    const { slow, clock } = keeping({ hasCpu: true })
    await expect.poll(() => clock.timers).toBe(1)
    for (let turn = 0; turn < 20; turn += 1) {
      clock.advance(50)
      await expect.poll(() => clock.timers).toBe(1)
    }
    slow.end()
    expect(clock.timers).toBe(0)
    const early = keeping({ hasCpu: true })
    early.slow.end()
    await new Promise(setImmediate)
    expect(early.clock.timers).toBe(0)
  })
})
