import { describe, expect, it } from 'vitest'
import { onFresh, onFreshSync, parsedAgain } from './fresh.ts'

const makeOf = (made: number[]) => (index: number) => {
  made.push(index)
  return { index }
}

describe('onFresh', () => {
  it('works on each value once, in order, waiting for each', async () => {
    const made: number[] = []
    const done: number[] = []
    let running = 0
    const ns = await onFresh(1201, makeOf(made), async ({ index }) => {
      running += 1
      expect(running).toBe(1)
      await Promise.resolve()
      done.push(index)
      running -= 1
    })
    expect(done).toEqual(Array.from({ length: 1201 }, (_, index) => index))
    expect(made).toEqual(done)
    expect(ns).toEqual(expect.any(Number))
  })

  it('lets an error through', async () => {
    const fail = () => Promise.reject(new Error('a hit was loaded'))
    await expect(onFresh(1, makeOf([]), fail)).rejects.toThrow('a hit was loaded')
  })
})

describe('onFreshSync', () => {
  it('works on each value once, in order', () => {
    const made: number[] = []
    const done: number[] = []
    expect(onFreshSync(1201, makeOf(made), ({ index }) => done.push(index))).toEqual(expect.any(Number))
    expect(done).toEqual(Array.from({ length: 1201 }, (_, index) => index))
    expect(made).toEqual(done)
  })
})

describe('parsedAgain', () => {
  it('gives the same value as another object each time', () => {
    const make = parsedAgain({ query: 'a', nested: { limit: 1 } })
    expect(make()).toEqual({ query: 'a', nested: { limit: 1 } })
    expect(make()).not.toBe(make())
    expect(make().nested).not.toBe(make().nested)
  })
})
