import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fits, matches } from './match.ts'

describe('a pattern', () => {
  it('fits what the regular expression with .* for each star fits', () => {
    const letters = (alphabet: string) => fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 8 })
    fc.assert(
      fc.property(letters('ab*.'), letters('ab.\n'), (pattern, text) => {
        const parts = pattern.split('*').map((part) => part.replaceAll('.', String.raw`\.`))
        expect(fits(pattern, text)).toBe(new RegExp(`^${parts.join('.*')}$`, 's').test(text))
      }),
      { numRuns: 5000 },
    )
  })

  it('with many stars takes no time against a text that almost fits', () => {
    expect(fits(`${'a*'.repeat(50)}b`, 'a'.repeat(10_000))).toBe(false)
  })
})

describe('a match', () => {
  it('may cover what is tagged with nobody knows what', () => {
    const kept = { operation: 'tools/call a', tags: undefined }
    expect(matches({ tags: ['t'] }, kept)).toBe(true)
    expect(matches({ tags: ['t'], operation: 'tools/call b' }, kept)).toBe(false)
  })
})
