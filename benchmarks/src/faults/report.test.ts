import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Call } from './calls.ts'
import { heading, isSound, reportOf } from './report.ts'
import type { Outcome } from './report.ts'
import { subjects } from './subjects.ts'

const call = (askedAt: number, tookMs: number, kind: Call['kind'], said?: string): Call => ({
  tool: 'double',
  n: 1,
  askedAt,
  tookMs,
  kind,
  ...(said === undefined ? {} : { said }),
})

const atRest = { connections: 4, heapBytes: 20 * 2 ** 20 }

const outcome = (calls: readonly Call[], more: Partial<Outcome> = {}): Outcome => ({
  backend: 'Redis',
  name: 'frozen',
  unharmed: [],
  calls,
  untilMs: 2_000,
  wrongRows: 0,
  before: atRest,
  after: atRest,
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
    '               calls  errors  wrong  lost  p50 ms  slowest ms  recovered after ms  connections      heap MB',
    'Redis  frozen      4       2      0     0      20         700                 200        4 → 4  20.0 → 20.0  ok',
    '',
    'What callers were told:',
    '     2  It took longer than N ms.',
  ])
})

test('what a server leans on stands apart from the next', () => {
  const lines = reportOf(['a', 'a', 'b'].map((backend) => outcome([calls[0]!], { backend }))).split('\n')
  expect(lines.slice(1, 5).map((line) => line.slice(0, 1))).toEqual(['a', 'a', '', 'b'])
})

test.each([
  ['errors', outcome(calls), true],
  ['an error of a tool that has to answer', outcome(calls, { unharmed: ['double'] }), false],
  ['a wrong answer', outcome([...calls, call(0, 1, 'wrong')]), false],
  ['a lost call', outcome([call(0, 1, 'lost')]), false],
  ['a lost row', outcome(calls, { wrongRows: 1 }), false],
  ['a connection that stayed', outcome(calls, { after: { ...atRest, connections: 5 } }), false],
  ['a heap that has grown a little', outcome(calls, { after: { ...atRest, heapBytes: 23 * 2 ** 20 } }), true],
  ['a heap that has grown', outcome(calls, { after: { ...atRest, heapBytes: 26 * 2 ** 20 } }), false],
  ['somebody who still waits', outcome(calls, { isQuiet: false }), false],
])('whether all is well after %s', (_, one, isWell) => {
  expect(isSound(one)).toBe(isWell)
  expect(reportOf([one]).split('\n')[1]).toMatch(isWell ? /ok$/ : /NO$/)
})

describe('the page', () => {
  const page = readFileSync(new URL('../../../docs/faults.md', import.meta.url), 'utf8')
  const [, , columns = '', ...lines] =
    /<!-- faults: begin -->\n\n```text\n([^]*?)\n```/.exec(page)?.[1]?.split('\n') ?? []
  const table = lines.slice(0, lines.indexOf('What callers were told:')).filter((line) => line !== '')

  test('has a table of the columns that the command writes', () => {
    expect(columns.trim().split(/ {2,}/)).toEqual(heading.filter((name) => name !== ''))
    for (const line of table) {
      expect(line).toMatch(/(?: +\d+){5,} +\d+ → \d+ +[\d.]+ → [\d.]+ {2}ok$/)
    }
  })

  test('has a line for each fault, in order', () => {
    const each = subjects.flatMap(({ name, faults }) => faults.map((fault) => ({ backend: name, name: fault.name })))
    const named = table.map((line) => /^(.+?) {2,}(.+?) {2,}/.exec(line))
    expect(named.map((found) => ({ backend: found?.[1], name: found?.[2] }))).toEqual(each)
  })
})
