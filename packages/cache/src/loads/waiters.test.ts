import { cancellation, cancellationOf, onAbort, withCall } from '@millrace/core'
import type { Call, Next } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { Waiters } from './waiters.ts'

const next: Next = () => Promise.reject(new Error('not asked'))

/** A call as a door makes it, with nothing but its signal. */
const signalled = (signal: AbortSignal): Call =>
  Object.create(fakeCall(), { cancellation: { value: undefined }, signal: { value: signal } }) as Call

const step = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('join' as const, 'join by signal' as const) },
  { weight: 2, arbitrary: fc.nat(1000) },
  { weight: 1, arbitrary: fc.constant('settle' as const) },
)

describe('those who wait for a load', () => {
  it('say who is there, first to last, and when nobody is, whoever comes and goes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 200 }), async (steps) => {
        const emptied: unknown[] = []
        const left: unknown[] = []
        const rejected: Array<Promise<unknown>> = []
        let present: Array<{ readonly call: Call; abort(reason: unknown): void }> = []
        const waiters = new Waiters({ left: (reason) => emptied.push(reason) })
        let emptiedBy = 0
        for (const one of steps) {
          if (one === 'join' || one === 'join by signal') {
            const caller = one === 'join' ? fakeCall() : new AbortController()
            const call = caller instanceof AbortController ? signalled(caller.signal) : caller
            const { promise } = waiters.join(call, next)
            rejected.push(promise.catch((reason: unknown) => reason))
            present.push({ call, abort: (reason) => caller.abort(reason) })
          } else if (one === 'settle') {
            const answered: Call[] = []
            waiters.settle(({ call, resolve }) => {
              answered.push(call)
              resolve({ content: [] })
            })
            expect(answered).toEqual(present.map(({ call }) => call))
            present = []
          } else if (present.length > 0) {
            const [gone] = present.splice(one % present.length, 1)
            gone?.abort(left.length)
            if (present.length === 0) emptiedBy += 1
            if (present.length === 0) expect(emptied.at(-1)).toBe(left.length)
            left.push(left.length)
          }
          expect(waiters.first?.call).toBe(present[0]?.call)
          expect(emptied).toHaveLength(emptiedBy)
        }
        waiters.settle(({ resolve }) => resolve({ content: [] }))
        const reasons = (await Promise.all(rejected)).filter((reason) => typeof reason === 'number')
        expect(reasons.toSorted((a, b) => a - b)).toEqual(left)
      }),
    )
  })

  it('go as one when they share one cancellation', async () => {
    const stop = cancellation()
    const emptied: unknown[] = []
    const waiters = new Waiters({ left: (reason) => emptied.push(reason) })
    const waiting = Array.from({ length: 3 }, () => waiters.join(withCall(fakeCall(), { cancellation: stop }), next))
    stop.abort('gone')
    for (const { promise } of waiting) await expect(promise).rejects.toBe('gone')
    expect(emptied).toEqual(['gone'])
    expect(waiters.first).toBeUndefined()
  })

  it('let one go at once that middleware has given up, though it is not the first', async () => {
    const waiters = new Waiters({ left: () => {} })
    const first = waiters.join(fakeCall(), next)
    const stop = cancellation()
    const { promise } = waiters.join(withCall(fakeCall(), { cancellation: stop }), next)
    const last = waiters.join(fakeCall(), next)
    stop.abort('too late')
    await expect(promise).rejects.toBe('too late')
    const answered: unknown[] = []
    waiters.settle((waiter) => answered.push(waiter))
    expect(answered).toEqual([first, last])
  })

  it('let a cancelled one go though somebody who hears of it first answers them', async () => {
    const waiters = new Waiters({ left: () => {} })
    const call = fakeCall()
    const answered: Call[] = []
    onAbort(call, () => waiters.settle((waiter) => answered.push(waiter.call)))
    const { promise } = waiters.join(call, next)
    call.abort('gone')
    await expect(promise).rejects.toBe('gone')
    expect(answered).toEqual([])
  })

  it('have nobody but the first listened to, and the others let go when all are answered', async () => {
    const waiters = new Waiters({ left: () => {} })
    const controllers = Array.from({ length: 3 }, () => new AbortController())
    const listeners = controllers.map(({ signal }) => vi.spyOn(signal, 'addEventListener'))
    const waiting = controllers.map(({ signal }) => waiters.join(signalled(signal), next))
    expect(listeners.map(({ mock }) => mock.calls.length)).toEqual([1, 0, 0])
    controllers[1]?.abort('gone')
    controllers[0]?.abort('gone first')
    await expect(waiting[0]?.promise).rejects.toBe('gone first')
    await expect(waiting[1]?.promise).rejects.toBe('gone')
    expect(waiters.first).toBe(waiting[2])
    expect(listeners.map(({ mock }) => mock.calls.length)).toEqual([1, 0, 1])
    controllers[2]?.abort('gone last')
    await expect(waiting[2]?.promise).rejects.toBe('gone last')
    const another = waiters.join(signalled(new AbortController().signal), next)
    const controller = new AbortController()
    const last = waiters.join(signalled(controller.signal), next)
    controller.abort('gone')
    waiters.settle(({ resolve }) => resolve({ content: [] }))
    await expect(last.promise).rejects.toBe('gone')
    expect(await another.promise).toEqual({ content: [] })
  })

  it('do not become more with those who come and go while the first one waits', async () => {
    let looks = 0
    const watched = (): ReturnType<typeof fakeCall> => {
      const call = fakeCall()
      const own = cancellationOf(call)
      Object.defineProperty(call, 'cancellation', {
        get: () => {
          looks += 1
          return own
        },
      })
      return call
    }
    const waiters = new Waiters({ left: () => {} })
    waiters.join(fakeCall(), next)
    for (let n = 0; n < 5000; n += 1) {
      const call = watched()
      waiters.join(call, next).promise.catch(() => {})
      call.abort()
    }
    const controller = new AbortController()
    const gone = waiters.join(signalled(controller.signal), next)
    controller.abort('gone')
    for (let n = 0; n < 200; n += 1) waiters.join(fakeCall(), next)
    await expect(gone.promise).rejects.toBe('gone')
    looks = 0
    waiters.settle(({ resolve }) => resolve({ content: [] }))
    expect(looks).toBeLessThan(200)
  })
})
