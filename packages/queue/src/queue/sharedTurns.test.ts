import { deferred } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { fleet } from '../fixtures/fleet.ts'
import { errorOf, settle } from '../fixtures/world.ts'

/** How many calls of each process are answered in `ms`, where it sends so many each millisecond that take 10 ms. */
const answered = async (loads: readonly number[], ms: number): Promise<readonly number[]> => {
  const { send, handler, pass, clock, queues } = fleet({}, loads.length)
  const calls = loads.map(() => [] as ReturnType<typeof send>[])
  let seen = 0
  for (let now = 0; now < ms; now += 1) {
    for (const [which, load] of loads.entries()) {
      if (Math.floor(now * load) < Math.floor((now + 1) * load)) calls[which]!.push(send(which))
    }
    await pass(1)
    for (const call of handler.calls.slice(seen)) clock.after(10, call.resolve)
    seen = handler.calls.length
  }
  for (const one of queues) one.clear()
  return calls.map((each) => each.filter(({ outcome }) => outcome !== 'open' && 'result' in outcome).length)
}

describe('among processes that share slots', () => {
  it('one that has four times too much to do leaves another what little it needs', async () => {
    // Two slots and calls of 10 ms: 0.2 calls a millisecond can be served.
    const [greedy, modest] = await answered([0.8, 0.05], 2000)
    expect(modest).toBeGreaterThan(85)
    expect(greedy! + modest!).toBeGreaterThan(250)
  })

  it('all that have too much to do get their part', async () => {
    const each = await answered([0.2, 0.2, 0.2, 0.2], 2000)
    for (const one of each) expect(one).toBeGreaterThan(50)
  })

  it('who has waited for longest and is gone keeps the last slot from nobody for long', async () => {
    const { send, handler, pass, started } = fleet({ maxConcurrent: 1 })
    send(0, { target: 'a' })
    await pass(1)
    const gone = send(1, { target: 'gone' })
    await pass(5)
    send(0, { target: 'b' })
    gone.call.abort('left')
    handler.calls[0]?.resolve()
    await pass(150)
    expect(started()).toEqual(['a', 'b'])
  })
})

describe('a slot that processes share', () => {
  it('comes back some time after its call was cancelled, though the handler goes on', async () => {
    const { send, pass, started, counters, clock, handler } = fleet({ maxConcurrent: 1, graceMs: 300 })
    const hangs = send(0, { target: 'hangs' })
    await pass(1)
    send(1, { target: 'waits' })
    await pass(100)
    hangs.call.abort('too late')
    await pass(250)
    expect(started()).toEqual(['hangs'])
    await pass(100)
    expect(started()).toEqual(['hangs', 'waits'])
    expect(counters.slots.size).toBe(1)
    handler.calls[0]?.resolve()
    await pass(1)
    expect([counters.slots.size, counters.asked.release]).toEqual([1, 1])
    handler.calls[1]?.resolve()
    await pass(1)
    expect([counters.slots.size, clock.timers]).toEqual([0, 0])
  })

  it('stays taken where the grace has no end', async () => {
    const { send, pass, counters, clock, handler } = fleet({ graceMs: Infinity })
    const hangs = send(0)
    await pass(1)
    hangs.call.abort('too late')
    await pass(5000)
    expect(counters.slots.size).toBe(1)
    handler.calls[0]?.resolve()
    await pass(1)
    expect([counters.slots.size, clock.timers]).toEqual([0, 0])
  })

  it('is given back where the counters gave it too late: its call has gone on without', async () => {
    const { send, pass, started, counters } = fleet()
    const answer = deferred<undefined>()
    const { occupy } = counters
    counters.occupy = (...args) => answer.promise.then(() => occupy(...args))
    send(0, { target: 'a' })
    await pass(300)
    expect(started()).toEqual(['a'])
    answer.resolve(undefined)
    await pass(1)
    expect([counters.asked.occupy, counters.asked.release, counters.slots.size]).toEqual([1, 1, 0])
  })

  it.each<[string, () => unknown]>([
    ['none', async () => undefined],
    ['nonsense', async () => 'yes'],
    ['an error', () => Promise.reject(new Error('down'))],
  ])('need not be given back where the counters gave %s too late', async (_, late) => {
    const { send, pass, started, counters } = fleet()
    const answer = deferred<undefined>()
    counters.occupy = () => answer.promise.then(late) as never
    send(0, { target: 'a' })
    await pass(300)
    answer.resolve(undefined)
    await pass(1)
    expect([started(), counters.asked.release]).toEqual([['a'], 0])
  })

  it('is for nobody whose deadline has passed while it was asked for', async () => {
    const { send, pass, started, counters, clock } = fleet()
    const answer = deferred<undefined>()
    const { occupy } = counters
    counters.occupy = (...args) => answer.promise.then(() => occupy(...args))
    const late = send(0, { target: 'late', deadline: clock.now() + 100 })
    await pass(120)
    answer.resolve(undefined)
    await settle()
    await pass(1)
    expect([started(), errorOf(late)?.code]).toEqual([[], 'ERR_DEADLINE'])
    expect([counters.slots.size, clock.timers]).toEqual([0, 0])
  })
})
