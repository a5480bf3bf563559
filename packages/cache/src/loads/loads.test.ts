import { causeOf, keepCause } from '@millrace/core'
import type { Middleware, Result } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { resultOf, settle, worldOf } from '../fixtures/world.ts'

describe('a load is shared', () => {
  it('by a hundred callers of one missing key', async () => {
    const world = worldOf()
    const sent = Array.from({ length: 100 }, () => world.send({ input: { a: 1 } }))
    const { resolve } = await world.arrived(0)
    resolve(resultOf(1))
    const answers = await Promise.all(sent.map(({ answer }) => answer))
    expect(new Set(answers)).toEqual(new Set([resultOf(1)]))
    expect(world.handler.calls).toHaveLength(1)
    expect(await world.cache.stats()).toMatchObject({ misses: 1, joined: 99, stored: 1 })
  })

  it('by a hundred callers of whom one is cancelled: the others wait on, for the same load', async () => {
    for (const which of [0, 50, 99]) {
      const world = worldOf()
      const sent = Array.from({ length: 100 }, () => world.send({ input: { a: 1 } }))
      const { call, resolve } = await world.arrived(0)
      const [gone] = sent.splice(which, 1)
      gone?.call.abort('gone')
      await settle()
      expect(call.signal.aborted).toBe(false)
      resolve(resultOf(1))
      await expect(gone?.answer).rejects.toBe('gone')
      const answers = await Promise.all(sent.map(({ answer }) => answer))
      expect(answers).toEqual(Array.from({ length: 99 }, () => resultOf(1)))
      expect(world.handler.calls).toHaveLength(1)
      expect(await world.cache.stats()).toMatchObject({ misses: 1, joined: 99, stored: 1 })
    }
  })

  it('by callers with the same arguments in another order, and not by others', async () => {
    const world = worldOf()
    world.send({ input: { a: 1, b: 2 } })
    world.send({ input: { b: 2, a: 1 } })
    world.send({ input: { a: 2, b: 1 } })
    await settle()
    expect(world.handler.calls).toHaveLength(2)
  })

  it('by one principal only', async () => {
    const world = worldOf()
    for (const principal of ['ann', 'bob', undefined, 'ann', 'bob', undefined]) world.send({ principal })
    await settle()
    expect(world.handler.calls.map(({ call }) => call.principal)).toEqual(['ann', 'bob', undefined])
  })

  it('with its error, which is not kept', async () => {
    const world = worldOf()
    const [one, other] = [world.send(), world.send()]
    const error = new Error('own')
    const { reject } = await world.arrived(0)
    reject(error)
    await expect(one.answer).rejects.toBe(error)
    await expect(other.answer).rejects.toBe(error)
    expect(await world.load()).toEqual(resultOf(1))
  })

  it('with its isError result, of which each but the first gets a copy that stands for the same error', async () => {
    const world = worldOf()
    const sent = [world.send(), world.send(), world.send()]
    const failed: Result = { content: [], isError: true }
    const { call, resolve } = await world.arrived(0)
    const error = new Error('hidden')
    keepCause(call, failed, error)
    resolve(failed)
    const answers = await Promise.all(sent.map(({ answer }) => answer))
    expect(answers).toEqual([failed, failed, failed])
    expect(answers[0]).toBe(failed)
    expect(answers[1]).not.toBe(failed)
    expect(Object.isFrozen(answers[1])).toBe(true)
    expect(answers.map((answer) => causeOf(answer))).toEqual([error, error, error])
    expect(sent.map((one) => causeOf(one.call))).toEqual([error, error, error])
  })

  it('with a result that is not stored, as copies that nobody can change', async () => {
    const world = worldOf({ ttlMs: () => 0 })
    const [one, other] = [world.send(), world.send()]
    const mutable = { content: [{ n: 1 }] }
    const { resolve } = await world.arrived(0)
    resolve(mutable)
    await one.answer
    mutable.content[0]!.n = 2
    expect(await other.answer).toEqual({ content: [{ n: 1 }] })
    await world.load()
    expect(world.handler.calls).toHaveLength(2)
  })

  it.each<[string, Result]>([
    ['asks for input', { resultType: 'input_required', inputRequests: {} }],
    ['is a task', { task: { taskId: '1' } }],
    ['cannot be copied', { content: [], n: 1n }],
    ['is an isError that cannot be copied', { content: [], isError: true, n: 1n }],
  ])('not when the result %s: the others then ask for themselves', async (_, answer) => {
    const world = worldOf()
    const [one, other] = [world.send(), world.send()]
    const first = await world.arrived(0)
    first.resolve(answer)
    expect(await one.answer).toBe(answer)
    const second = await world.arrived(1)
    expect(second.call).toBe(other.call)
    second.resolve(resultOf(2))
    expect(await other.answer).toEqual(resultOf(2))
  })

  it('not with somebody whose own try then throws at once', async () => {
    let calls = 0
    const throwing: Middleware = (call, next) => {
      calls += 1
      if (calls > 1) throw new Error('at once')
      return next(call)
    }
    const world = worldOf({ ttlMs: 1000 }, (cache) => (call, next) => cache(call, (inner) => throwing(inner, next)))
    const [one, other] = [world.send(), world.send()]
    const { resolve } = await world.arrived(0)
    resolve({ resultType: 'input_required' })
    await one.answer
    await expect(other.answer).rejects.toThrow('at once')
  })
})

describe('the call of a load', () => {
  it('is due when the most patient caller is', async () => {
    const world = worldOf()
    world.send({ deadline: 2000 })
    const { call } = await world.arrived(0)
    expect(call.deadline).toBe(2000)
    world.send({ deadline: 9000 })
    expect(call.deadline).toBe(9000)
    world.send({ deadline: 3000 })
    expect(call.deadline).toBe(9000)
    world.send()
    expect(call.deadline).toBe(Infinity)
  })

  it('is heard by the caller it runs for while that one waits, and by nobody later', async () => {
    const world = worldOf()
    const [first, second] = [world.send(), world.send()]
    const { call, resolve } = await world.arrived(0)
    await call.notify({ method: 'notifications/progress' })
    first.call.abort()
    await call.notify({ method: 'notifications/progress' })
    resolve(resultOf(1))
    await second.answer
    await call.notify({ method: 'notifications/progress' })
    expect(first.call.notifications).toHaveLength(1)
    expect(second.call.notifications).toHaveLength(0)
  })

  it('has the arguments, principal and context of the caller it runs for', async () => {
    const world = worldOf()
    const sdk = {}
    world.send({ principal: 'ann', input: { a: 1 }, sdk })
    const { call } = await world.arrived(0)
    expect(call).toMatchObject({ principal: 'ann', input: { a: 1 }, sdk, operation: 'tools/call tool' })
  })
})

describe('a load that never ends', () => {
  it('is no longer joined once it is older than maxLoadMs, and does not hold up who comes then', async () => {
    const world = worldOf({ ttlMs: 100_000, maxLoadMs: 5000 })
    const stuck = world.send()
    await world.arrived(0)
    world.clock.advance(4999)
    world.send()
    await settle()
    expect(world.handler.calls).toHaveLength(1)
    world.clock.advance(1)
    const late = world.send()
    const { resolve } = await world.arrived(1)
    resolve(resultOf('new'))
    expect(await late.answer).toEqual(resultOf('new'))
    stuck.call.abort()
    await expect(stuck.answer).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('and then does end does not undo what a later one has brought', async () => {
    const world = worldOf({ ttlMs: 100_000, maxLoadMs: 5000 })
    const stuck = world.send()
    const old = await world.arrived(0)
    world.clock.advance(5000)
    const later = world.send()
    const { resolve } = await world.arrived(1)
    resolve(resultOf('new'))
    await later.answer
    old.resolve(resultOf('old'))
    expect(await stuck.answer).toEqual(resultOf('old'))
    expect(await world.send().answer).toEqual(resultOf('new'))
  })

  it('and then does end leaves the later one to be joined', async () => {
    const world = worldOf({ ttlMs: 100_000, maxLoadMs: 5000 })
    world.send()
    const old = await world.arrived(0)
    world.clock.advance(5000)
    world.send()
    await world.arrived(1)
    old.reject(new Error('too late'))
    await settle()
    world.send()
    await settle()
    expect(world.handler.calls).toHaveLength(2)
  })

  it('and then ends before a later one is kept until that has ended', async () => {
    const world = worldOf({ ttlMs: 100_000, maxLoadMs: 5000 })
    world.send()
    const old = await world.arrived(0)
    world.clock.advance(5000)
    const later = world.send()
    const { resolve } = await world.arrived(1)
    old.resolve(resultOf('old'))
    await settle()
    expect(await world.send().answer).toEqual(resultOf('old'))
    resolve(resultOf('new'))
    await later.answer
    expect(await world.send().answer).toEqual(resultOf('new'))
  })

  it('lets every caller go that wants to', async () => {
    const world = worldOf()
    const sent = Array.from({ length: 20 }, () => world.send())
    for (const { call, answer } of sent) {
      call.abort()
      await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
    }
  })
})
