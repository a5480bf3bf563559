import { describe, expect, it } from 'vitest'
import { resultOf, worldOf } from '../fixtures/world.ts'

/** The protocol's error that sends a caller to a URL first (2025-11-25, client/elicitation). */
const visitFirst = () =>
  Object.assign(new Error('Visit the URL first.'), { code: -32042, data: { elicitations: [{ url: 'https://a/ann' }] } })

describe('an error that sends its caller to a URL', () => {
  it('reaches nobody else: who waited for the load goes on by itself', async () => {
    const world = worldOf()
    const [first, second, third] = [world.send(), world.send(), world.send()]
    const error = visitFirst()
    const { reject } = await world.arrived(0)
    reject(error)
    await expect(first.answer).rejects.toBe(error)
    const own = await world.arrived(1)
    const last = await world.arrived(2)
    const another = visitFirst()
    own.reject(another)
    last.resolve(resultOf(3))
    await expect(second.answer).rejects.toBe(another)
    expect(await third.answer).toEqual(resultOf(3))
    expect(world.handler.calls).toHaveLength(3)
  })

  it('is told though there is a stale result to hide it', async () => {
    const world = worldOf({ ttlMs: 1000, staleIfErrorMs: 5000 })
    await world.load()
    world.clock.advance(1500)
    const { answer } = world.send()
    const { reject } = await world.arrived(1)
    reject(visitFirst())
    await expect(answer).rejects.toMatchObject({ code: -32042 })
  })
})
