import { expect, test } from 'vitest'
import { readFlags } from './flags.ts'

test('everything runs when nothing is asked for', () => {
  expect(readFlags([])).toEqual({ only: undefined, variant: undefined, verbose: false })
})

test('a line, a variant and verbosity can be asked for', () => {
  const flags = readFlags(['--only', 'v2', '--variant=caching', '--verbose'])
  expect(flags).toEqual({ only: 'v2', variant: 'caching', verbose: true })
})

test.each([
  [['--only', 'v3'], '--only must be v1 or v2, got v3'],
  [['--variant', 'warm'], '--variant must be bare or pass-through or caching or edge or edge-caching, got warm'],
  [
    ['--variant', 'toString'],
    '--variant must be bare or pass-through or caching or edge or edge-caching, got toString',
  ],
  [['--fast'], "Unknown option '--fast'"],
  [['v1'], "Unexpected argument 'v1'"],
])('%j is refused with a message that says why', (args, message) => {
  expect(() => readFlags(args)).toThrow(message)
})
