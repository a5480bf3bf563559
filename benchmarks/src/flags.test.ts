import { describe, expect, it } from 'vitest'
import { readFlags } from './flags.ts'

describe('readFlags', () => {
  it('measures everything and writes nothing by default', () => {
    expect(readFlags([])).toEqual({
      only: undefined,
      rounds: undefined,
      isSmoke: false,
      json: undefined,
      isWritten: false,
      profile: undefined,
    })
  })

  it('reads what is given', () => {
    expect(readFlags(['--smoke', '--only', 'key', '--rounds', '3', '--json', 'a.json', '--profile', 'p'])).toEqual({
      only: 'key',
      rounds: 3,
      isSmoke: true,
      json: 'a.json',
      isWritten: false,
      profile: 'p',
    })
  })

  it.each([['0'], ['1.5'], ['many']])('refuses %s rounds', (rounds) => {
    expect(() => readFlags(['--rounds', rounds])).toThrow(`--rounds must be an integer ≥ 1, got ${rounds}`)
  })

  it('refuses to write what says nothing', () => {
    expect(readFlags(['--write', '--only', 'key'])).toMatchObject({ isWritten: true, only: 'key' })
    expect(() => readFlags(['--write', '--smoke'])).toThrow('--write needs numbers')
  })

  it('refuses what it does not know', () => {
    expect(() => readFlags(['--fast'])).toThrow('--fast')
  })
})
