import { AbandonedError, keepCause, RejectedError } from '@millrace/core'
import type { Call, Result } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { remoteStore } from './fixtures/remoteStore.ts'
import { eventsOf, resultOf, settle, worldOf } from './fixtures/world.ts'
import type { World } from './fixtures/world.ts'
import { cached } from './index.ts'

describe('a tool that writes', () => {
  const write = { target: 'add_note', traits: { readOnly: false }, input: { id: 1 } }
  const read = { target: 'notes', input: { id: 1 } }
  const declared = (invalidates: NonNullable<Parameters<World['cache']['invalidates']>[0]>): World =>
    worldOf({ ttlMs: 1000, tags: ['notes'], tools: { add_note: { invalidates } } })

  const isDropped = async (world: World): Promise<boolean> => {
    const before = world.handler.calls.length
    world.send(read).call.abort()
    await settle()
    const after = world.send(read)
    await settle()
    after.call.abort()
    return world.handler.calls.length > before
  }

  it.each<[string, Parameters<typeof declared>[0]]>([
    ['tags', ['notes']],
    ['tags its call comes to', () => ['notes', 'others']],
    ['tags its call comes to in time', async () => ['notes']],
    ['a match its call comes to', (call: Call) => ({ operation: 'tools/call notes', principal: call.principal })],
  ])('drops %s by its success, before its caller knows', async (_, invalidates) => {
    const world = declared(invalidates)
    await world.load(read)
    const answer = await world.load(write, resultOf('written'))
    expect(answer).toEqual(resultOf('written'))
    expect(await isDropped(world)).toBe(true)
  })

  it('is answered only when a store that answers later has dropped it', async () => {
    const store = remoteStore()
    const world = worldOf({ ttlMs: 1000, store, tools: { add_note: { invalidates: ['notes'] } } })
    const { answer } = world.send(write)
    let isAnswered = false
    void answer.then(() => (isAnswered = true))
    const { resolve } = await world.arrived(0)
    store.isHeld = true
    resolve(resultOf('written'))
    await settle()
    expect(store.asked.map(({ what }) => what)).toEqual(['invalidate'])
    expect(isAnswered).toBe(false)
    store.runAll()
    expect(await answer).toEqual(resultOf('written'))
  })

  it('is never cached itself', async () => {
    const world = declared(['notes'])
    await world.load(write)
    await world.load(write)
    expect(world.handler.calls).toHaveLength(2)
  })

  it.each<[string, Result]>([
    ['an isError result', { content: [], isError: true }],
    ['a question', { resultType: 'input_required' }],
  ])('drops it by %s too: it may have written', async (_, answer) => {
    const world = declared(['notes'])
    await world.load(read)
    await world.load(write, answer)
    expect(await isDropped(world)).toBe(true)
  })

  it.each<[string, unknown, boolean]>([
    ['a throw', 'no', true],
    ['having been given up on', new AbandonedError('Too slow.', { code: 'ERR_TIMEOUT' }), true],
    ['a refusal, before it ran', new RejectedError('Full.', { code: 'ERR_QUEUE_FULL' }), false],
  ])('may have written or not, by %s', async (_, error, drops) => {
    const results: unknown[] = []
    const world = declared((_call, result) => {
      results.push(result)
      return ['notes']
    })
    await world.load(read)
    const { answer } = world.send(write)
    const { reject } = await world.arrived(1)
    reject(error)
    await expect(answer).rejects.toBe(error)
    expect(await isDropped(world)).toBe(drops)
    expect(results).toEqual(drops ? [{}] : [])
  })

  it('drops nothing by a refusal that is a result', async () => {
    const world = declared(['notes'])
    await world.load(read)
    const refused: Result = { content: [], isError: true }
    keepCause(fakeCall(write), refused, new RejectedError('Full.', { code: 'ERR_QUEUE_FULL' }))
    await world.load(write, refused)
    expect(await isDropped(world)).toBe(false)
  })

  it('is answered when what it drops cannot be said, and that is an event', async () => {
    for (const wrong of [() => ({}), () => 'notes' as never, () => Promise.reject(new Error('async'))]) {
      const world = declared(wrong)
      const events = await eventsOf(async () => expect(await world.load(write)).toEqual(resultOf(1)))
      expect(events).toMatchObject([{ type: 'cache.failed', operation: 'tools/call add_note', during: 'invalidate' }])
    }
  })

  it('can be wrapped by itself', async () => {
    const world = worldOf({ ttlMs: 1000, tags: ['notes'] })
    await world.load(read)
    const writer = world.cache.invalidates(['notes'])
    expect(await writer(fakeCall(write), async () => resultOf('written'))).toEqual(resultOf('written'))
    expect(await isDropped(world)).toBe(true)
  })

  it('must say what it drops', () => {
    expect(() => cached({ ttlMs: 1 }).invalidates('notes' as never)).toThrow(
      new TypeError("cached.invalidates must be an array of strings that are not empty or a function, got 'notes'"),
    )
  })
})
