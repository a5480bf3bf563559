import { causeOf, isAborted, keepCause } from '@millrace/core'
import type { Middleware, Result } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { resultOf, settle, worldOf } from '../fixtures/world.ts'
import type { Sent } from '../fixtures/world.ts'

const abortError = () => new DOMException('gone', 'AbortError')

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

describe('a caller that is cancelled', () => {
  it('leaves at once and leaves the load to the others', async () => {
    const world = worldOf()
    const [first, ...others] = [world.send(), world.send(), world.send()]
    const { call, resolve } = await world.arrived(0)
    const reason = new Error('gone')
    first.call.abort(reason)
    await expect(first.answer).rejects.toBe(reason)
    expect(isAborted(call)).toBe(false)
    resolve(resultOf(1))
    expect(await Promise.all(others.map(({ answer }) => answer))).toEqual([resultOf(1), resultOf(1)])
  })

  it('ends the load when nobody else waits, with its reason', async () => {
    const world = worldOf()
    const sent = [world.send(), world.send(), world.send()]
    const { call } = await world.arrived(0)
    for (const [index, one] of sent.entries()) {
      expect(isAborted(call)).toBe(false)
      one.call.abort(index)
    }
    expect(call.signal.reason).toBe(2)
    for (const [index, one] of sent.entries()) await expect(one.answer).rejects.toBe(index)
  })

  it('leaves a load that has ended behind, which nobody joins and whose result is not kept', async () => {
    const world = worldOf()
    const gone = world.send()
    const { resolve } = await world.arrived(0)
    gone.call.abort()
    const later = world.send()
    const again = await world.arrived(1)
    resolve(resultOf('half done'))
    await settle()
    const joined = world.send()
    again.resolve(resultOf(2))
    expect(await later.answer).toEqual(resultOf(2))
    expect(await joined.answer).toEqual(resultOf(2))
    expect(await world.cache.stats()).toMatchObject({ joined: 1, stored: 1, hits: 0 })
  })

  it('does not start a load when it comes', async () => {
    const world = worldOf()
    const reason = new Error('gone')
    const { load } = world
    await load({ input: { known: true } })
    const call = world.send({ input: { other: true } }).call
    call.abort(reason)
    await settle()
    const before = world.handler.calls.length
    await expect(world.cache(call, world.handler.next)).rejects.toBe(reason)
    expect(world.handler.calls).toHaveLength(before)
  })

  it('and whose load ends with it through another signal leaves it to whoever waits longest', async () => {
    const world = worldOf()
    const [first, second, third] = [world.send(), world.send(), world.send()]
    const { reject } = await world.arrived(0)
    first.call.abort()
    reject(abortError())
    const again = await world.arrived(1)
    expect(isAborted(again.call)).toBe(false)
    await again.call.notify({ method: 'notifications/progress' })
    expect(second.call.notifications).toHaveLength(1)
    expect(third.call.notifications).toHaveLength(0)
    again.resolve(resultOf(2))
    expect(await Promise.all([second.answer, third.answer])).toEqual([resultOf(2), resultOf(2)])
    expect(await world.send().answer).toEqual(resultOf(2))
  })

  it('and whose load ends as the isError result of its own reason leaves it to the next', async () => {
    const world = worldOf()
    const [first, second] = [world.send(), world.send()]
    const { call, resolve } = await world.arrived(0)
    first.call.abort('a string, as SDKs abort with')
    const hidden: Result = { content: [], isError: true }
    keepCause(call, hidden, 'a string, as SDKs abort with')
    resolve(hidden)
    const again = await world.arrived(1)
    again.resolve(resultOf(2))
    expect(await second.answer).toEqual(resultOf(2))
  })

  it('by another that is just being answered gets its own reason', async () => {
    const reason = new Error('gone')
    const sent: Sent[] = []
    const world = worldOf(
      { ttlMs: 1000 },
      (cache) => (call, next) =>
        cache(call, (inner) => {
          // The second to ask for itself takes the third with it.
          if (inner === sent[1]?.call) sent[2]?.call.abort(reason)
          return next(inner)
        }),
    )
    for (let n = 0; n < 4; n += 1) sent.push(world.send())
    const first = await world.arrived(0)
    first.resolve({ resultType: 'input_required' })
    await expect(sent[2]?.answer).rejects.toBe(reason)
    await settle()
    expect(world.handler.calls.some(({ call }) => call === sent[2]?.call)).toBe(false)
    for (const { resolve } of world.handler.calls) resolve(resultOf(1))
    expect(await sent[1]?.answer).toEqual(resultOf(1))
    expect(await sent[3]?.answer).toEqual(resultOf(1))
  })

  it('in none of this leaves anything behind', async () => {
    const world = worldOf()
    const sent = Array.from({ length: 50 }, () => world.send())
    await world.arrived(0)
    for (const one of sent.toReversed()) one.call.abort()
    await settle()
    expect(world.clock.timers).toBe(0)
    expect(await world.load()).toEqual(resultOf(1))
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
