import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Flight } from './flight.ts'
import { Flights } from './flights.ts'

const flightOf = (key: string): Flight => ({ key }) as Flight

const step = fc.record({ type: fc.constantFrom('set', 'delete', 'deleteOld'), key: fc.constantFrom('a', 'b', 'c') })

it('whatever comes and goes, each key has the flight that was set last and not deleted since', () => {
  const property = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const flights = new Flights()
    const model = new Map<string, Flight>()
    const replaced = new Map<string, Flight>()
    for (const { type, key } of steps) {
      const present = model.get(key)
      if (type === 'set') {
        if (present !== undefined) replaced.set(key, present)
        const flight = flightOf(key)
        model.set(key, flight)
        flights.set(flight)
      } else if (type === 'delete' && present !== undefined) {
        model.delete(key)
        flights.delete(present)
      } else if (replaced.has(key)) flights.delete(replaced.get(key)!)
      for (const each of ['a', 'b', 'c']) expect(flights.get(each)).toBe(model.get(each))
    }
  })
  fc.assert(property, { numRuns: 300 })
})
