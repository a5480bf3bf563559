import { getEventListeners } from 'node:events'
import { isAborted, onAbort } from '@millrace/core'
import type { Middleware } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { eventsOf, resultOf, settle, worldOf } from '../fixtures/world.ts'
import { breaker, timeout } from '../index.ts'

/** A world whose calls have a signal only, as those of a door, and no cancellation. */
const bareWorld = (...[outer, inner = (call, next) => next(call)]: readonly [Middleware, Middleware?]) => {
  const controller = new AbortController()
  const world = worldOf((call, next) => {
    const { signal } = controller
    const plain = { ...call, operation: 'tools/call tool', signal, cancellation: undefined, notify: async () => {} }
    return outer(plain, (changed) => inner(changed, next))
  })
  return { ...world, controller, listeners: () => getEventListeners(controller.signal, 'abort').length }
}

describe('a timeout of a call that has a signal only', () => {
  it('does not listen to it until somebody further in wants to know', async () => {
    const { send, arrived, listeners } = bareWorld(timeout({ timeoutMs: 500 }), breaker())
    const sent = send()
    const { call, resolve } = await arrived(0)
    expect([listeners(), isAborted(call)]).toEqual([0, false])
    const stop = onAbort(call, () => {})
    onAbort(call, () => {})()
    expect(listeners()).toBe(1)
    expect(call.signal.aborted).toBe(false)
    expect(listeners()).toBe(1)
    resolve(resultOf(1))
    expect(await sent.answer).toEqual(resultOf(1))
    expect(listeners()).toBe(0)
    stop()
  })

  it.each([
    ['answers', (end: { resolve: () => void }) => end.resolve()],
    ['fails', (end: { reject: (error: unknown) => void }) => end.reject(new Error('broken'))],
  ])('leaves nothing behind at it when the handler %s, nor later', async (_, end) => {
    const { send, arrived, listeners, controller } = bareWorld(timeout({ timeoutMs: 500 }))
    const sent = send()
    const running = await arrived(0)
    end(running)
    await sent.answer.catch(() => {})
    const { signal } = running.call
    controller.abort('gone')
    expect([listeners(), signal.aborted, isAborted(running.call)]).toEqual([0, false, false])
  })

  it('leaves nothing behind at it when time is up', async () => {
    const { send, arrived, clock, listeners } = bareWorld(timeout({ timeoutMs: 500 }))
    const sent = send()
    const { call } = await arrived(0)
    const { signal } = call
    expect(listeners()).toBe(1)
    clock.advance(500)
    await expect(sent.answer).rejects.toMatchObject({ code: 'ERR_TIMED_OUT' })
    expect(listeners()).toBe(0)
    expect(signal.reason).toMatchObject({ code: 'ERR_TIMED_OUT' })
  })

  it('tells a handler that looks only after time was up', async () => {
    const { send, arrived, clock } = bareWorld(timeout({ timeoutMs: 500 }))
    const sent = send()
    const { call } = await arrived(0)
    clock.advance(500)
    await expect(sent.answer).rejects.toMatchObject({ code: 'ERR_TIMED_OUT' })
    expect(call.signal.reason).toMatchObject({ code: 'ERR_TIMED_OUT' })
  })

  it.each(['a signal', 'a subscription'])(
    'is over at once when its caller leaves and %s was asked for',
    async (how) => {
      const { send, arrived, controller, clock } = bareWorld(timeout({ timeoutMs: 500 }))
      const sent = send()
      const { call } = await arrived(0)
      if (how === 'a signal') void call.signal
      else onAbort(call, () => {})
      controller.abort('gone')
      expect(call.signal.reason).toBe('gone')
      await expect(sent.answer).rejects.toBe('gone')
      expect(clock.timers).toBe(0)
    },
  )

  it('shows who looks only later that its caller has left', async () => {
    const { send, arrived, controller } = bareWorld(timeout({ timeoutMs: 500 }))
    const sent = send()
    const { call } = await arrived(0)
    controller.abort('gone')
    expect(isAborted(call)).toBe(true)
    expect(call.signal.reason).toBe('gone')
    await expect(sent.answer).rejects.toBe('gone')
  })

  it('does not start a call whose caller has left already', async () => {
    const { send, handler, controller } = bareWorld(timeout({ timeoutMs: 500 }))
    controller.abort('gone')
    await expect(send().answer).rejects.toBe('gone')
    expect(handler.calls).toHaveLength(0)
  })

  it('ends as cancelled, and not as given up, when nobody looked and the handler hangs', async () => {
    const circuit = breaker({ size: 1 })
    const { send, arrived, controller, clock } = bareWorld(timeout({ timeoutMs: 500 }), circuit)
    const sent = send()
    await arrived(0)
    controller.abort('gone')
    await settle()
    expect(sent.outcome).toBe('open')
    expect(await eventsOf(() => clock.advance(500))).toEqual([])
    await expect(sent.answer).rejects.toBe('gone')
    expect(circuit.state('tools/call tool')).toMatchObject({ type: 'closed', calls: 0 })
  })
})
