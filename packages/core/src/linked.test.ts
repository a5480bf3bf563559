import { getEventListeners } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { isAborted, onGivenUp } from './abort.ts'
import { cancellationOf, withCall } from './call.ts'
import type { Call } from './call.ts'
import { cancellation } from './cancellation.ts'
import { linked } from './linked.ts'
import { fakeCall } from './testing/fakeCall.ts'

/** A call of a door that has nothing but the SDK's signal, and what is linked to it. */
const linkedToSignal = (onCancel?: (reason: unknown) => void) => {
  const controller = new AbortController()
  const bare = { ...fakeCall(), notify: async () => {}, signal: controller.signal, cancellation: undefined }
  const call: Call = bare
  const listeners = () => getEventListeners(controller.signal, 'abort').length
  return { controller, call, listeners, link: linked(call, onCancel) }
}

describe('a linked cancellation', () => {
  it('knows when the call is cancelled, without listening to it', () => {
    const { controller, link, listeners } = linkedToSignal()
    expect([link.isAborted, link.reason]).toEqual([false, undefined])
    controller.abort('gone')
    expect([link.isAborted, link.reason]).toEqual([true, 'gone'])
    expect(listeners()).toBe(0)
  })

  it('listens once, however many want to know', () => {
    const { controller, link, listeners } = linkedToSignal()
    const told = vi.fn<(reason: unknown) => void>()
    link.subscribe(told)
    link.subscribe(told)()
    const { signal } = link
    expect([listeners(), link.signal === signal]).toEqual([1, true])
    controller.abort('gone')
    expect(told).toHaveBeenCalledExactlyOnceWith('gone')
    expect([signal.aborted, signal.reason]).toEqual([true, 'gone'])
  })

  it.each(['signal', 'subscription'])('tells a %s that comes after the call was cancelled', (how) => {
    const cancelled = vi.fn<(reason: unknown) => void>()
    const { controller, link, listeners } = linkedToSignal(cancelled)
    controller.abort('gone')
    const told = vi.fn<(reason: unknown) => void>()
    if (how === 'subscription') link.subscribe(told)
    else told(link.signal.reason)
    expect(told).toHaveBeenCalledExactlyOnceWith('gone')
    expect(cancelled).toHaveBeenCalledExactlyOnceWith('gone')
    expect(listeners()).toBe(0)
  })

  it('is aborted by itself, once, and then hears no more of the call', () => {
    const cancelled = vi.fn<(reason: unknown) => void>()
    const { controller, link, listeners, call } = linkedToSignal(cancelled)
    const told = vi.fn<(reason: unknown) => void>()
    link.subscribe(told)
    link.abort('too late')
    expect(listeners()).toBe(0)
    controller.abort('gone')
    link.abort('again')
    expect(told).toHaveBeenCalledExactlyOnceWith('too late')
    expect([link.reason, link.signal.reason, isAborted(call)]).toEqual(['too late', 'too late', true])
    expect(cancelled).not.toHaveBeenCalled()
  })

  it('keeps to the reason of the call when that was cancelled first', () => {
    const { controller, link } = linkedToSignal()
    controller.abort('gone')
    link.abort('too late')
    expect([link.reason, link.signal.reason]).toEqual(['gone', 'gone'])
  })

  it.each(['signal', 'subscription', 'nothing'])('leaves nothing behind at the call when it had a %s', (what) => {
    const { controller, link, listeners } = linkedToSignal()
    const told = vi.fn<() => void>()
    if (what === 'subscription') link.subscribe(told)
    if (what === 'signal') void link.signal
    link.unlink()
    expect(listeners()).toBe(0)
    link.subscribe(told)
    expect([listeners(), link.signal.aborted]).toEqual([0, false])
    controller.abort('gone')
    expect([link.isAborted, link.reason, link.signal.aborted]).toEqual([false, undefined, false])
    expect(told).not.toHaveBeenCalled()
  })

  it('hears through another one, which listens only then', () => {
    const { controller, call, link, listeners } = linkedToSignal()
    const inner = linked(withCall(call, { cancellation: link }))
    expect([inner.isAborted, listeners()]).toEqual([false, 0])
    const { signal } = inner
    expect(listeners()).toBe(1)
    controller.abort('gone')
    expect([signal.reason, inner.reason, link.reason]).toEqual(['gone', 'gone', 'gone'])
  })
})

describe('a linked cancellation that heeds the call', () => {
  it('is aborted with it at once, with a single listener, where the call says all there is to hear', () => {
    const call = fakeCall()
    const subscribe = vi.spyOn(cancellationOf(call)!, 'subscribe')
    const cancelled = vi.fn<(reason: unknown) => void>()
    const link = linked(call, cancelled)
    link.heed()
    link.heed()
    const told = vi.fn<(reason: unknown) => void>()
    link.subscribe(told)
    const { signal } = link
    call.abort('gone')
    expect(subscribe).toHaveBeenCalledTimes(1)
    expect(told).toHaveBeenCalledExactlyOnceWith('gone')
    expect(cancelled).toHaveBeenCalledExactlyOnceWith('gone')
    expect(signal.reason).toBe('gone')
  })

  it('hears of middleware that gives up, and of the caller only once somebody wants to know', () => {
    const { controller, call, link, listeners } = linkedToSignal()
    const cancelled = vi.fn<(reason: unknown) => void>()
    const given = linked(withCall(call, { cancellation: link }), cancelled)
    given.heed()
    expect(listeners()).toBe(0)
    const told = vi.fn<(reason: unknown) => void>()
    given.subscribe(told)
    expect(listeners()).toBe(1)
    controller.abort('gone')
    expect(told).toHaveBeenCalledExactlyOnceWith('gone')
    expect(cancelled).toHaveBeenCalledExactlyOnceWith('gone')
  })

  it('is told by a middleware that gives up, though nobody listens to the caller', () => {
    const { call, link, listeners } = linkedToSignal()
    const given = linked(withCall(call, { cancellation: link }))
    given.heed()
    link.abort('too late')
    expect([given.isAborted, given.reason, listeners()]).toEqual([true, 'too late', 0])
  })

  it.each(['heeded', 'heeded and asked'])('leaves nothing behind when it was %s', (how) => {
    const { call, link, listeners } = linkedToSignal()
    const given = linked(withCall(call, { cancellation: link }))
    given.heed()
    if (how === 'heeded and asked') void given.signal
    given.unlink()
    link.unlink()
    given.heed()
    link.abort('too late')
    expect([given.isAborted, listeners()]).toEqual([false, 0])
  })

  it('is aborted at once where the call already was', () => {
    const call = fakeCall()
    call.abort('gone')
    const link = linked(call)
    link.heed()
    expect([link.isAborted, link.reason]).toEqual([true, 'gone'])
  })
})

describe('who waits for a call to be given up', () => {
  it('hears of it from a link, and does not make that listen', () => {
    const { call, link, listeners } = linkedToSignal()
    const told = vi.fn<(reason: unknown) => void>()
    const stopped = vi.fn<() => void>()
    const derived = withCall(withCall(call, { cancellation: link }), { deadline: 1 })
    onGivenUp(derived, told)
    onGivenUp(derived, stopped)()
    expect(listeners()).toBe(0)
    link.abort('too late')
    expect(told).toHaveBeenCalledExactlyOnceWith('too late')
    expect(stopped).not.toHaveBeenCalled()
  })

  it('hears of it from any other cancellation', () => {
    const own = cancellation()
    const told = vi.fn<(reason: unknown) => void>()
    onGivenUp(withCall(fakeCall(), { cancellation: own }), told)
    own.abort('gone')
    expect(told).toHaveBeenCalledExactlyOnceWith('gone')
  })

  it('hears nothing of a signal', () => {
    const { controller, call, listeners } = linkedToSignal()
    const told = vi.fn<() => void>()
    const stop = onGivenUp(call, told)
    expect(listeners()).toBe(0)
    controller.abort('gone')
    stop()
    expect(told).not.toHaveBeenCalled()
  })
})
