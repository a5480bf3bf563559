import { afterEach, beforeEach, expect, it } from 'vitest'
import { pauseStacks, resumeStacks } from './stack.ts'

let before: PropertyDescriptor
beforeEach(() => {
  before = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit') as PropertyDescriptor
})
afterEach(() => {
  Object.defineProperty(Error, 'stackTraceLimit', before)
})

it('keeps errors free of stacks between pause and resume', () => {
  const limit = pauseStacks()
  expect(new Error('short').stack).toBe('Error: short')
  resumeStacks(limit)
  expect(new Error('long').stack).toContain('\n    at ')
})

it.each([3, 0, Infinity])('puts a limit of %s back', (wanted) => {
  Error.stackTraceLimit = wanted
  resumeStacks(pauseStacks())
  expect(Error.stackTraceLimit).toBe(wanted)
})

it('leaves a limit that somebody deleted without effect', () => {
  Reflect.deleteProperty(Error, 'stackTraceLimit')
  resumeStacks(pauseStacks())
  expect(Error.stackTraceLimit).toBeUndefined()
  expect(new Error('none').stack).toBeUndefined()
})

it('does nothing where the limit cannot be written', () => {
  Object.defineProperty(Error, 'stackTraceLimit', { value: 7, writable: false, configurable: true })
  const limit = pauseStacks()
  expect(Error.stackTraceLimit).toBe(7)
  expect(() => resumeStacks(limit)).not.toThrow()
})
