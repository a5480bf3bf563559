import { expect, it } from 'vitest'
import { stagedWorld } from '../fixtures/stagedWorld.ts'

/** What the second step gets for an argument, or why it was not run. */
const given = async (argument: unknown, first: unknown): Promise<unknown> => {
  const { run, runs } = stagedWorld({ first: () => first, second: () => ({}) })
  const { steps, text } = await run([
    { id: 'find', tool: 'first' },
    { id: 'use', tool: 'second', arguments: { x: argument }, after: ['find'] },
  ])
  return steps['use']?.status === 'ok' ? runs[1]?.args['x'] : (steps['use']?.message ?? text)
}

// Each of these took seconds when the time grew with the square of the length: fifty would take minutes.
it.each([
  ['braces that nobody closes', { $text: '{'.repeat(100_000) }],
  ['pairs of braces that nobody closes', { $text: '{{ '.repeat(33_333) }],
])('reads %s in no time', async (_, argument) => {
  for (let n = 0; n < 50; n += 1) expect(await given(argument, {})).toBe(argument.$text)
})

it.each([
  ['one blank after the other', `find${' '.repeat(995)}x`],
  ['one bracket after the other', `find${'["'.repeat(498)}`],
])('reads a reference of %s in no time', async (_, reference) => {
  for (let n = 0; n < 50; n += 1) expect(await given({ $ref: reference }, {})).toContain('is no reference')
})

it('refuses a text that is too long, and a reference', async () => {
  const text = { $text: '{'.repeat(100_001) }
  expect(await given(text, {})).toContain('$text must be at most 100000 characters long, got 100001')
  for (const long of [{ $ref: `find${' '.repeat(997)}` }, { $text: `{{find${' '.repeat(997)}}}` }])
    expect(await given(long, {})).toContain('a reference must be at most 1000 characters long, got 1001')
})

it('fills as many references as fit, and does not put together what gets too long', async () => {
  const all = '{{find.s}}'.repeat(10_000)
  expect(await given({ $text: all }, { s: 'x'.repeat(100) })).toBe('x'.repeat(1_000_000))
  let reads = 0
  const value = {
    get s() {
      reads += 1
      return 'x'.repeat(300_000)
    },
  }
  expect(await given({ $text: all }, value)).toBe('Not run: a text with its values is longer than 1000000 characters.')
  expect(reads).toBeLessThan(10)
})
