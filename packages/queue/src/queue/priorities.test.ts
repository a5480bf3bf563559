import type { Sent } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { errorOf, settle, worldOf } from '../fixtures/world.ts'
import type { World } from '../fixtures/world.ts'
import { queue } from '../index.ts'
import type { Priority, QueueOptions } from '../index.ts'

const byName = (names: string): Pick<QueueOptions, 'priority'> => ({
  priority: Object.fromEntries([...names].map((name) => [name, ranks[name.toLowerCase()]!])),
})
const ranks: { readonly [letter: string]: Priority } = { c: 'critical', h: 'high', n: 'normal', l: 'low' }

const runOut = async (world: World): Promise<string> => {
  for (let at = 0; at < world.started.length; at += 1) await world.finish(world.started[at]!)
  return world.started.join('')
}

/** Sends on behalf of principals: `ann1` is of ann, to the tool `ann1`. */
const sendFor = async (world: World, ...names: readonly string[]): Promise<readonly Sent[]> => {
  const sent = names.map((name) => world.send({ target: name, principal: name.slice(0, 3) }))
  await settle()
  return sent
}

describe('calls that matter more', () => {
  it('go first, whenever they came', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, ...byName('chnl') }))
    await world.sendAll('x', 'l', 'n', 'h', 'c')
    expect(await runOut(world)).toBe('xchnl')
  })

  it('are normal where nobody says anything', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, priority: ({ target }) => (target === 'l' ? 'low' : undefined) }))
    await world.sendAll('x', 'l', 'y')
    expect(await runOut(world)).toBe('xyl')
  })

  it.each([
    ['urgent', "'urgent'"],
    [1, 'a number'],
    [Promise.resolve('high'), 'a promise'],
  ])('are told by a function in one of four words, and not by %j', (bad, got) => {
    const { send } = worldOf(queue({ priority: () => bad as never }))
    const words = "one of 'critical', 'high', 'normal', 'low' or undefined"
    expect(() => send()).toThrow(`queue.priority must give ${words}, got ${got}`)
  })

  it('may all be the same, and other methods than tools have none of their own', async () => {
    const all = worldOf(queue({ maxConcurrent: 1, priority: 'high' }))
    await all.sendAll('x', 'y', 'z')
    expect(await runOut(all)).toBe('xyz')
    const own = queue({ maxConcurrent: 1, priority: { search: 'critical' } })
    const world = worldOf(own)
    await world.sendAll('x')
    world.send({ method: 'prompts/get', target: 'search' })
    world.send({ method: 'tools/list' })
    await settle()
    expect(own.state().depthOf).toEqual({ critical: 0, high: 0, normal: 2, low: 0 })
  })

  it('take the place of those that matter less when there is no other, the least important and last first', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, maxQueued: 3, ...byName('clLn') }))
    const sent = await world.sendAll('x', 'n', 'l', 'L')
    const [vital] = await world.sendAll('c')
    expect(errorOf(sent[3]!)?.message).toContain('more important calls took its place in the queue')
    const [more] = await world.sendAll('n')
    expect(errorOf(sent[2]!)?.code).toBe('ERR_QUEUE_FULL')
    const [tooMany] = await world.sendAll('l')
    expect(errorOf(tooMany!)?.message).toContain('too many calls are waiting')
    expect([vital!.outcome, more!.outcome]).toEqual(['open', 'open'])
    expect(await runOut(world)).toBe('xcnn')
  })

  it('take the place of the oldest where the newest goes first', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, maxQueued: 2, discipline: 'lifo', ...byName('clL') }))
    const [, oldest] = await world.sendAll('x', 'l', 'L')
    await world.sendAll('c')
    expect(errorOf(oldest!)?.code).toBe('ERR_QUEUE_FULL')
    const replaced = worldOf(queue({ maxConcurrent: 1, maxQueued: 2, discipline: 'lifo' }))
    const [, first, second] = await replaced.sendAll('x', 'a', 'b')
    const [newest] = await replaced.sendAll('c')
    expect(errorOf(first!)?.code).toBe('ERR_QUEUE_FULL')
    expect([second!.outcome, newest!.outcome]).toEqual(['open', 'open'])
    expect(await runOut(replaced)).toBe('xcb')
  })
})

describe('principals', () => {
  it('take turns, however many calls one of them has', async () => {
    const world = worldOf(queue({ maxConcurrent: 1 }))
    await sendFor(world, 'ann0', 'ann1', 'ann2', 'ann3', 'bob1', 'cyd1', 'bob2')
    expect(await runOut(world)).toBe('ann0ann1bob1cyd1ann2bob2ann3')
  })

  it('wait in one line where an owner wants that, or in lines of another kind', async () => {
    const one = worldOf(queue({ maxConcurrent: 1, fairBy: false }))
    await sendFor(one, 'ann0', 'ann1', 'ann2', 'bob1')
    expect(await runOut(one)).toBe('ann0ann1ann2bob1')
    const other = worldOf(queue({ maxConcurrent: 1, fairBy: ({ target }) => target?.at(-1) }))
    await sendFor(other, 'ann0', 'ann1', 'bob1', 'cyd2')
    expect(await runOut(other)).toBe('ann0ann1cyd2bob1')
  })

  it('with much waiting make room for those with little', async () => {
    const own = queue({ maxConcurrent: 1, maxQueued: 4, discipline: 'fifo' })
    const world = worldOf(own)
    const greedy = await sendFor(world, 'ann0', 'ann1', 'ann2', 'ann3', 'ann4')
    const [quiet] = await sendFor(world, 'bob1')
    expect(errorOf(greedy[4]!)?.message).toContain('took its place')
    const [more] = await sendFor(world, 'ann5')
    expect(errorOf(more!)?.message).toContain('too many calls are waiting')
    const [second, third] = await sendFor(world, 'bob2', 'bob3')
    expect([quiet!.outcome, second!.outcome]).toEqual(['open', 'open'])
    expect(errorOf(third!)?.code).toBe('ERR_QUEUE_FULL')
    expect(await runOut(world)).toBe('ann0ann1bob1ann2bob2')
  })

  it('that have gone leave the turn to the next', async () => {
    const world = worldOf(queue({ maxConcurrent: 1 }))
    const sent = await sendFor(world, 'ann0', 'ann1', 'bob1', 'cyd1', 'bob2')
    for (const at of [2, 4]) sent[at]!.call.abort()
    await settle()
    expect(await runOut(world)).toBe('ann0ann1cyd1')
  })
})
