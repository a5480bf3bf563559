import fc from 'fast-check'
import { getValueAsString } from 'prom-client/lib/util.js'
import { expect, it } from 'vitest'
import { Text } from './text.ts'

const piece = 'é{a="b"} '
const start = Buffer.from(piece)

it('is what it was given, one after the other, however much room there was', () => {
  const number = fc.oneof(fc.integer({ min: -5 }), fc.double())
  const part = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 50 }), number)
  const property = fc.property(fc.array(part), fc.nat({ max: 300 }), (pieces, roomBytes) => {
    const text = new Text(roomBytes)
    for (const one of [...pieces, ...pieces]) {
      if (typeof one === 'string') text.string(one)
      else text.line(start, start, one)
    }
    const said = pieces.map((one) => (typeof one === 'string' ? one : `${piece}${piece}${getValueAsString(one)}`))
    const whole = said.join('').repeat(2)
    expect(text.length).toBe(Buffer.byteLength(whole))
    expect([text.taken(), text.length, text.taken()]).toEqual([whole, 0, ''])
  })
  fc.assert(property, { numRuns: 500 })
})

it.each([0, -0, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, 2 ** 53, -1, 0.1, 1e21, NaN, Infinity, -Infinity])(
  'writes %d as prom-client does',
  (value) => {
    const text = new Text(0)
    text.line(start, start, value)
    expect(text.taken()).toBe(`${piece}${piece}${getValueAsString(value)}`)
    text.lines([start, start], start, new Float64Array([value, 1]))
    const total = getValueAsString(value + 1)
    expect(text.taken()).toBe(`${piece}${piece}${getValueAsString(value)}${piece}${piece}${total}`)
  },
)
