import { expect, test } from 'vitest'
import type { Call } from './calls.ts'
import { isSound, reportOf } from './report.ts'
import type { Outcome } from './report.ts'

const call = (askedAt: number, tookMs: number, kind: Call['kind'], said?: string): Call => ({
  tool: 'double',
  n: 1,
  askedAt,
  tookMs,
  kind,
  ...(said === undefined ? {} : { said }),
})

const outcome = (calls: readonly Call[], more: Partial<Outcome> = {}): Outcome => ({
  name: 'frozen',
  calls,
  fromMs: 1_000,
  untilMs: 2_000,
  wrongRows: 0,
  sessions: [4, 4],
  isQuiet: true,
  ...more,
})

const calls = [
  call(900, 10, 'answered'),
  call(1_500, 700, 'error', 'It took longer than 700 ms.'),
  call(1_600, 50, 'error', 'It took longer than 50 ms.'),
  call(2_300, 20, 'answered'),
]

test('a line says how many calls failed, how long the longest took, and when the last error was over', () => {
  expect(reportOf([outcome(calls)]).split('\n')).toEqual([
    '        calls  errors  wrong  lost  p50 ms  slowest ms  recovered after ms  connections',
    'frozen      4       2      0     0      20         700                 200        4 → 4',
    '',
    'What callers were told:',
    '     2  It took longer than N ms.',
  ])
})

test.each([
  ['errors', outcome(calls), true],
  ['a wrong answer', outcome([...calls, call(0, 1, 'wrong')]), false],
  ['a lost call', outcome([call(0, 1, 'lost')]), false],
  ['a lost row', outcome(calls, { wrongRows: 1 }), false],
  ['a connection that stayed', outcome(calls, { sessions: [4, 5] }), false],
  ['somebody who still waits', outcome(calls, { isQuiet: false }), false],
])('whether all is well after %s', (_, one, isWell) => {
  expect(isSound(one)).toBe(isWell)
})
