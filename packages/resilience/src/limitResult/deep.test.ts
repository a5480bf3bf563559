import { fakeCall } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { limitResult } from '../index.ts'
import { Cutting } from './cutting.ts'
import { bytesOf } from './measure.ts'
import { rooms } from './rooms.ts'

const rows = Array.from({ length: 2000 }, (_, id) => ({ id, name: `row ${id}` }))

const under = (levels: number, value: unknown): object => {
  let at = value
  for (let n = 0; n < levels; n += 1) at = n % 3 === 0 ? [at] : { a: at }
  return { a: at }
}

const cut = async (structuredContent: object) => {
  const content = [{ type: 'text', text: JSON.stringify(structuredContent) }]
  return limitResult({ maxBytes: 20_000 })(fakeCall(), async () => ({ content, structuredContent }))
}

const keptOf = (result: object): number =>
  (result as { _meta: { 'millrace/cut': { parts: Array<{ kept: number }> } } })._meta['millrace/cut'].parts[0]?.kept ??
  0

describe('rows that lie deep', () => {
  it.each([0, 31, 60, 90])('are cut like others: under %i levels', async (levels) => {
    const answer = await cut(under(levels, rows))
    expect(keptOf(answer)).toBeGreaterThan(200)
    expect(bytesOf(answer)).toBeLessThanOrEqual(20_000)
    const [first] = answer['content'] as Array<{ text: string }>
    expect(JSON.parse(first?.text ?? '')).toEqual(answer['structuredContent'])
  })

  it('deeper than that stay or go as a whole, which is found out in a few attempts', async () => {
    const write = vi.spyOn(JSON, 'stringify')
    try {
      const given = under(150, rows)
      const own = JSON.stringify(given).length
      write.mockClear()
      const answer = await cut(given)
      expect(keptOf(answer)).toBe(0)
      const written = write.mock.results.reduce(
        (sum, { value }) => sum + ((value as string | undefined)?.length ?? 0),
        0,
      )
      expect(written).toBeLessThan(own * 10)
    } finally {
      write.mockRestore()
    }
  })
})

it('tries ever smaller rooms, and not many', () => {
  for (const bytes of [130, 20_000, 1e6, 1e9]) {
    const tried = [...rooms(bytes, 128)]
    expect(tried[0]).toBe(bytes)
    expect(tried.length).toBeLessThan(20)
    for (const [index, room] of tried.slice(1).entries()) expect(room).toBeLessThan(tried[index]!)
  }
})

it('knows how much JSON writes, whatever the value', () => {
  const odd = fc.constantFrom(undefined, Symbol('a'), () => 1, NaN, -0, new Date(0), Object(5), Object('a'), new Map())
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.jsonValue({ maxDepth: 0 }),
      fc.string({ unit: 'binary' }),
      odd,
      fc.array(tie('any'), { maxLength: 20 }),
      fc.sparseArray(tie('any'), { maxNumElements: 3, maxLength: 6 }),
      fc.dictionary(fc.string({ unit: 'binary' }), tie('any'), { maxKeys: 20 }),
    ),
  })).any
  const property = fc.property(value, (given) => {
    expect(new Cutting(Infinity).bytesOf(given)).toBe(bytesOf(given))
  })
  fc.assert(property, { numRuns: 1000 })
})
