import fc from 'fast-check'
import { expect, it } from 'vitest'
import { headerText } from './headerText.ts'

it('a plain text stays as it is', () => {
  expect(headerText('search cities')).toBe('search cities')
})

it('every other text is Base64 that says so', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const written = headerText(text)
      expect(written).toMatch(/^[\t\x20-\x7e]*$/)
      const [, encoded] = /^=\?base64\?(.*)\?=$/.exec(written) ?? []
      expect(encoded === undefined ? written : Buffer.from(encoded, 'base64').toString()).toBe(text)
    }),
  )
  expect(headerText('=?base64?YQ==?=')).toBe('=?base64?PT9iYXNlNjQ/WVE9PT89?=')
})
