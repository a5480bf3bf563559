import { describe, expect, it } from 'vitest'
import { fakeCall } from './fakeCall.ts'
import { held } from './held.ts'
import { answered, settled, until } from './until.ts'

describe('until', () => {
  it('waits as many turns as it takes', async () => {
    let turns = 0
    await until(() => (turns += 1) === 10, 'never ten')
    expect(turns).toBe(10)
  })

  it.concurrent('complains when it has waited long enough', async ({ expect }) => {
    await expect(until(() => false, 'never so')).rejects.toMatchObject({ name: 'AssertionError', message: 'never so' })
  })
})

describe('settled', () => {
  it('tells what came of a promise, be it undefined', async () => {
    expect(await settled(Promise.resolve(1))).toEqual({ result: 1 })
    expect(await settled(Promise.reject('x'))).toEqual({ error: 'x' })
    expect(await settled(Promise.resolve(undefined))).toStrictEqual({ result: undefined })
    expect(await settled(Promise.reject(undefined))).toStrictEqual({ error: undefined })
  })
})

describe('answered', () => {
  it('answers the newest first once nothing more arrives, also what comes in a second wave', async () => {
    const handler = held()
    const order: unknown[] = []
    const ask = async (input: unknown) => {
      const result = await handler.next(fakeCall({ input }))
      order.push(input)
      return result
    }
    const twice = async () => {
      await ask('first wave')
      return ask('second wave')
    }
    const late = async () => {
      await new Promise(setImmediate)
      await new Promise(setImmediate)
      return ask('late')
    }
    const results = await answered([ask('early'), twice(), late()], handler, ({ input }) => ({ echo: input }))
    expect(order).toEqual(['late', 'first wave', 'early', 'second wave'])
    expect(results).toEqual([
      { result: { echo: 'early' } },
      { result: { echo: 'second wave' } },
      { result: { echo: 'late' } },
    ])
  })
})
