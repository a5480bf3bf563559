import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearest } from './nearest.ts'

const tools = ['search_cities', 'city_details', 'add_note', 'cities_near']

describe('the nearest name', () => {
  it.each([
    ['serach_cities', 'search_cities'],
    ['searchCities', 'search_cities'],
    ['SEARCH-CITIES', 'search_cities'],
    ['search_citie', 'search_cities'],
    ['citi_detials', 'city_details'],
    ['addnotes', 'add_note'],
    ['weather', undefined],
    ['', undefined],
    ['a', undefined],
  ])('to %s is %s', (name, expected) => {
    expect(nearest(name, tools)).toBe(expected)
  })

  it('is the one with fewest slips, the first of several', () => {
    expect(nearest('search2', ['search_old', 'search1', 'search3'])).toBe('search1')
    expect(nearest('note', [])).toBeUndefined()
  })

  it('is found whatever single slip was made', () => {
    const letters = fc.stringMatching(/^[a-z]{3,30}$/)
    fc.assert(
      fc.property(letters, fc.nat(), fc.constantFrom('drop', 'double', 'change'), (name, where, slip) => {
        const index = where % name.length
        const typed = { drop: '', double: name.slice(index, index + 1).repeat(2), change: '#x' }[slip]
        expect(nearest(name.slice(0, index) + typed.replace('#', '') + name.slice(index + 1), [name])).toBe(
          name.length < 4 && slip === 'drop' ? undefined : name,
        )
      }),
    )
  })
})
