import { describe, expect, it } from 'vitest'
import { counting } from '../fixtures/counting.ts'

describe('cached guards what it keeps', () => {
  it('from a handler that goes on changing its result', async () => {
    const shared = { content: [{ type: 'text', text: 'one' }] }
    const world = counting({ ttlMs: 1000 }, () => shared)
    await world.send()
    shared.content[0]!.text = 'two'
    expect(await world.send()).toEqual({ content: [{ type: 'text', text: 'one' }] })
  })

  it('from the caller that the handler ran for, who gets what the handler gave', async () => {
    const world = counting({ ttlMs: 1000 }, () => ({ content: [{ type: 'text', text: 'one' }] }))
    const first = await world.send()
    Object.assign((first['content'] as object[])[0]!, { text: 'two' })
    expect(await world.send()).toEqual({ content: [{ type: 'text', text: 'one' }] })
  })

  it('from later callers that try to change it, and from callers that waited together', async () => {
    const world = counting({ ttlMs: 1000 }, () => ({ content: [{ deep: { list: [1] } }] }))
    const together = await Promise.all([world.send({ input: { n: 1 } }), world.send({ input: { n: 1 } })])
    await world.send()
    for (const answer of [...together, await world.send()]) {
      const { deep } = (answer['content'] as Array<{ deep: { list: number[] } }>)[0]!
      expect(() => deep.list.push(2)).toThrow(TypeError)
      expect(() => Object.assign(answer, { isError: true })).toThrow(TypeError)
    }
    expect(await world.send()).toEqual({ content: [{ deep: { list: [1] } }] })
  })

  it('so that the first answer and a later one cannot be told apart', async () => {
    const answer = { content: [], gone: undefined, [Symbol('hint')]: 1, date: new Date(0), ['__proto__']: null }
    const world = counting({ ttlMs: 1000 }, () => answer)
    const first = await world.send()
    expect(first).toStrictEqual(await world.send())
    expect(first).toStrictEqual(JSON.parse(JSON.stringify(answer)))
  })
})
