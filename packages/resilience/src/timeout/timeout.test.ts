import { cancellation, isAborted, keepCause, onAbort, outcomeOfThrown, withCall } from '@millrace/core'
import type { Next } from '@millrace/core'
import { fakeCall, manualClock, middlewareContract } from '@millrace/core/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { eventsOf, resultOf, settle, worldOf } from '../fixtures/world.ts'
import { TimedOutError, timeout } from '../index.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('timeout keeps the contract of a middleware', () => {
  for (const { name, run } of middlewareContract(() => timeout({ timeoutMs: 1000 }))) it(name, run)
})

describe('timeout', () => {
  it('gives the caller a TimedOutError at once, and tells the handler by its signal', async () => {
    const world = worldOf(timeout({ timeoutMs: 500 }))
    const sent = world.send()
    const { call } = await world.arrived(0)
    const { signal } = call
    world.clock.advance(499)
    await settle()
    expect(sent.outcome).toBe('open')
    expect(signal.aborted).toBe(false)
    world.clock.advance(1)
    expect(signal.aborted).toBe(true)
    await expect(sent.answer).rejects.toThrow(TimedOutError)
    await expect(sent.answer).rejects.toMatchObject({
      name: 'TimedOutError',
      code: 'ERR_TIMED_OUT',
      kind: 'abandoned',
      message: 'The call was given up because it took longer than 500 ms.',
    })
    expect(signal.reason).toBe(await sent.answer.catch((error: unknown) => error))
    expect(world.clock.timers).toBe(0)
  })

  it.each([
    [1500, '1.5 s'],
    [999.5, '1000 ms'],
    [60_000, '60 s'],
  ])('says a limit of %d ms as %s', async (timeoutMs, said) => {
    const world = worldOf(timeout({ timeoutMs }))
    const sent = world.send()
    world.clock.advance(timeoutMs)
    await expect(sent.answer).rejects.toThrow(`took longer than ${said}.`)
  })

  it('is an outcome of its own, and counts as given up', async () => {
    const world = worldOf(timeout({ timeoutMs: 1 }))
    const sent = world.send()
    world.clock.advance(1)
    expect(outcomeOfThrown(await sent.answer.catch((error: unknown) => error), sent.call)).toBe('abandoned')
  })

  it('makes no AbortController unless somebody reads the signal', async () => {
    const controller = vi.spyOn(globalThis, 'AbortController')
    const world = worldOf(timeout({ timeoutMs: 500 }))
    const [fast, slow] = [world.send(), world.send()]
    const first = await world.arrived(0)
    first.resolve(resultOf(1))
    expect(await fast.answer).toEqual(resultOf(1))
    world.clock.advance(500)
    await expect(slow.answer).rejects.toThrow(TimedOutError)
    expect(isAborted((await world.arrived(1)).call)).toBe(true)
    expect(controller).not.toHaveBeenCalled()
  })

  it('needs no timer of Node’s', async () => {
    const spy = vi.spyOn(globalThis, 'setTimeout')
    const world = worldOf(timeout({ timeoutMs: 500 }))
    const sent = world.send()
    world.clock.advance(500)
    await expect(sent.answer).rejects.toThrow(TimedOutError)
    expect(spy).not.toHaveBeenCalled()
  })

  it.each([
    ['answers', (reply: { resolve: () => void; reject: (error: unknown) => void }) => reply.resolve()],
    ['throws', (reply: { resolve: () => void; reject: (error: unknown) => void }) => reply.reject(new Error('late'))],
  ])('ignores what the handler %s afterwards', async (_, reply) => {
    const unhandled = vi.fn<() => void>()
    process.on('unhandledRejection', unhandled)
    const world = worldOf(timeout({ timeoutMs: 500 }))
    const sent = world.send()
    const arrived = await world.arrived(0)
    world.clock.advance(500)
    await expect(sent.answer).rejects.toThrow(TimedOutError)
    reply(arrived)
    await settle()
    await settle()
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
    expect(sent.outcome).toMatchObject({ error: { code: 'ERR_TIMED_OUT' } })
  })

  it('answers even when the handler never does', async () => {
    const world = worldOf(timeout({ timeoutMs: 500 }))
    const sent = world.send()
    world.clock.advance(500)
    await expect(sent.answer).rejects.toThrow(TimedOutError)
  })

  it('passes its caller’s leaving on, settles, and forgets its timer', async () => {
    const world = worldOf(timeout({ timeoutMs: 500 }))
    const sent = world.send()
    const { call } = await world.arrived(0)
    const told = vi.fn<(reason: unknown) => void>()
    onAbort(call, told)
    sent.call.abort('gone')
    expect(told).toHaveBeenCalledExactlyOnceWith('gone')
    await expect(sent.answer).rejects.toBe('gone')
    expect(world.clock.timers).toBe(0)
  })

  it('does not start a call whose caller has left already', async () => {
    const world = worldOf(timeout({ timeoutMs: 500 }))
    const call = fakeCall({ clock: world.clock })
    call.abort('gone')
    await expect(timeout()(call, world.handler.next)).rejects.toBe('gone')
    expect(world.handler.calls).toHaveLength(0)
    expect(world.clock.timers).toBe(0)
  })

  it('leaves no listener behind on the call', async () => {
    const outer = cancellation()
    const stopped = vi.fn<() => void>()
    vi.spyOn(outer, 'subscribe').mockImplementation(() => stopped)
    const clock = manualClock()
    const next: Next = async () => resultOf(1)
    await timeout()(withCall(fakeCall({ clock }), { cancellation: outer }), next)
    expect(stopped).toHaveBeenCalledOnce()
  })

  it('is an error to the caller when next throws at once', async () => {
    const clock = manualClock()
    const error = new Error('at once')
    const throwing: Next = () => {
      throw error
    }
    await expect(timeout()(fakeCall({ clock }), throwing)).rejects.toBe(error)
    expect(clock.timers).toBe(0)
  })

  it('keeps the error that an SDK hid with its result', async () => {
    const world = worldOf(timeout())
    const sent = world.send()
    const { call, resolve } = await world.arrived(0)
    const result = { content: [], isError: true }
    keepCause(call, result, new Error('hidden'))
    resolve(result)
    expect(await sent.answer).toBe(result)
  })

  it('says what has timed out', async () => {
    const world = worldOf(timeout({ timeoutMs: 500 }))
    const events = await eventsOf(async () => {
      const sent = world.send({ target: 'search' })
      world.clock.advance(500)
      await expect(sent.answer).rejects.toThrow(TimedOutError)
    })
    expect(events).toEqual([{ type: 'timeout.fired', operation: 'tools/call search', elapsedMs: 500 }])
  })
})
