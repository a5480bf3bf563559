import fc from 'fast-check'
import { expect, it } from 'vitest'
import { eventStream } from './eventStream.ts'

const ends = fc.constantFrom('\n', '\r\n', '\r')

it('events come out whole, wherever the chunks are cut', () => {
  const data = fc.array(
    fc.string().map((text) => text.replaceAll(/[\r\n]/g, '')),
    { minLength: 1, maxLength: 3 },
  )
  fc.assert(
    fc.property(fc.array(data), ends, fc.array(fc.nat({ max: 30 })), (events, end, cuts) => {
      const text = events
        .map(
          (lines) =>
            `: comment${end}event: message${end}${lines.map((line) => `data: ${line}${end}`).join('')}id: 7${end}${end}`,
        )
        .join('')
      const take = eventStream()
      const found: string[] = []
      let rest = text
      for (const cut of cuts) {
        found.push(...take(rest.slice(0, cut)))
        rest = rest.slice(cut)
      }
      // What a stream ends with is known when the next byte comes: a lone \r may be half of a line's end.
      found.push(...take(rest), ...take('\n'))
      expect(found).toEqual(events.map((lines) => lines.join('\n')))
    }),
  )
})
