import { cancellation, withCall } from '@millrace/core'
import { fakeCall, manualClock } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { heldBatches, settle, watch } from '../fixtures/heldBatches.ts'
import { loader } from '../index.ts'

describe('a call that is cancelled', () => {
  it('has its loads rejected at once and its batch told', async () => {
    const { run, batches } = heldBatches<string>()
    const users = loader(run)
    const call = fakeCall()
    const load = watch(users.load('a', call))
    await settle()
    call.abort('left')
    await settle()
    expect(load.outcome).toEqual({ error: 'left' })
    expect(batches[0]?.batch.signal.aborted).toBe(true)
    expect(batches[0]?.batch.signal.reason).toBe('left')
  })

  it('never runs a batch that has not begun', async () => {
    const { run, items } = heldBatches<string>()
    const users = loader(run)
    const call = fakeCall()
    const load = watch(users.load('a', call))
    call.abort('left')
    await settle()
    expect(load.outcome).toEqual({ error: 'left' })
    expect(items()).toEqual([])
  })

  it('does not wait for the others of its batch, and leaves no timer', async () => {
    const clock = manualClock()
    const { run, items } = heldBatches<string>()
    const users = loader(run, { waitMs: 100, clock })
    const call = fakeCall({ clock })
    const loads = [watch(users.load('a', call)), watch(users.load('b', call))]
    await settle()
    expect(clock.timers).toBe(1)
    call.abort('left')
    await settle()
    expect(loads.map(({ outcome }) => outcome)).toEqual([{ error: 'left' }, { error: 'left' }])
    expect(clock.timers).toBe(0)
    clock.advance(100)
    await settle()
    expect(items()).toEqual([])
  })

  it('is answered when it loads more in the name of another that it was derived from', async () => {
    const clock = manualClock()
    const { run, items } = heldBatches<string>()
    const users = loader(run, { waitMs: 100, clock })
    const call = fakeCall({ clock })
    void users.load('a', call).catch(() => {})
    call.abort('left')
    const still = withCall(call, { cancellation: cancellation() })
    const load = watch(users.load('b', still))
    await settle()
    expect(load.outcome).toEqual({ error: 'left' })
    expect(items()).toEqual([])
  })

  it('leaves the line at once, and those behind it have their turn', async () => {
    const { run, batches, items } = heldBatches<string>()
    const users = loader(run, { maxConcurrent: 1 })
    const [one, two, three] = [fakeCall(), fakeCall(), fakeCall()]
    const loads = [watch(users.load('a', one)), watch(users.load('b', two)), watch(users.load('c', three))]
    await settle()
    two.abort('left')
    await settle()
    expect(loads[1]?.outcome).toEqual({ error: 'left' })
    expect(items()).toEqual([['a']])
    batches[0]?.answer()
    await settle()
    batches[1]?.answer()
    await settle()
    expect(items()).toEqual([['a'], ['c']])
    expect(loads[2]?.outcome).toEqual({ value: 'value of c' })
  })

  it('loads nothing any more', async () => {
    const { run, items } = heldBatches<string>()
    const call = fakeCall()
    call.abort('left')
    for (const share of [false, true]) {
      const users = loader(run, { share })
      await expect(users.load('a', call)).rejects.toBe('left')
      await expect(users.loadMany(['a', 'b'], call)).rejects.toBe('left')
    }
    await settle()
    expect(items()).toEqual([])
  })

  it.each([
    ['v1', (signal: AbortSignal) => ({ signal })],
    ['v2', (signal: AbortSignal) => ({ mcpReq: { signal } })],
  ])('is noticed through the context of SDK %s, however much it loads', async (_, contextWith) => {
    const { run, batches } = heldBatches<number>()
    const users = loader(run, { share: true })
    const controller = new AbortController()
    const context = contextWith(controller.signal)
    const warned: unknown[] = []
    process.on('warning', (warning) => warned.push(warning))
    const loads = Array.from({ length: 100 }, (_, key) => watch(users.load(key, context)))
    await settle()
    expect(batches).toHaveLength(1)
    controller.abort('left')
    await settle()
    expect(loads.every(({ outcome }) => (outcome as { error: unknown }).error === 'left')).toBe(true)
    expect(batches[0]?.batch.signal.aborted).toBe(true)
    expect(warned).toEqual([])
  })
})
