import { expect, test } from 'vitest'
import { cellsOf, labels, resultsOf } from './results.ts'
import type { Job, Round, Run } from './run.ts'
import { remarks } from './remarks.ts'
import type { Suite } from './suites.ts'

const suite: Suite = { title: 'S', package: 's', args: [], reference: { v1: { passed: 1, failed: 0 } } }
const job = (variant: Job['variant'], line: Job['line'] = 'v1'): Job => ({ line, suite, variant })
const round = (status: string, handled: number): Round => ({
  report: { checks: [{ scenario: 'a', id: 'c', name: 'C', status }], exitCode: 0 },
  calls: { seen: 2, handled },
})
const bare: Run = { job: job('bare'), rounds: [round('SUCCESS', 0)], log: '' }

test('each round of a variant is compared with the bare server of its line and suite', () => {
  const caching: Run = { job: job('caching'), rounds: [round('SUCCESS', 1), round('FAILURE', 1)], log: '' }
  const otherLine: Run = { job: job('bare', 'v2'), rounds: [round('FAILURE', 0)], log: '' }
  const results = resultsOf([otherLine, caching, bare]).slice(1)
  expect(results.map(cellsOf)).toEqual([
    ['v1', 'S', 'caching', 1, 0, 1, 2, 1, 'as bare'],
    ['v1', 'S', 'caching (round 2)', 0, 1, 1, 2, 1, 'FAILED'],
    ['v1', 'S', 'bare', 1, 0, 1, '-', '-', 'as the reference'],
  ])
})

test('a run that ended early fails for each round that it owes', () => {
  const broken: Run = { job: job('caching'), rounds: [round('SUCCESS', 1)], log: '', failure: 'it ended' }
  const results = resultsOf([bare, broken]).slice(1)
  expect(results.map(({ faults }) => faults)).toEqual([[], ['it ended']])
  expect(results.map(cellsOf)[1]).toEqual(['v1', 'S', 'caching (round 2)', '-', '-', '-', '-', '-', 'FAILED'])
})

test('a variant fails when there is nothing to compare it with', () => {
  const results = resultsOf([{ job: job('pass-through'), rounds: [round('SUCCESS', 2)], log: '' }])
  expect(results.map(({ faults }) => faults)).toEqual([['there is no bare run to compare with']])
})

test('only a variant with several rounds numbers them', () => {
  expect(labels(job('bare'))).toEqual(['bare'])
  expect(labels(job('caching'))).toEqual(['caching', 'caching (round 2)'])
})

test('what a server wrote is shown when its run failed, and always when verbose', () => {
  const quiet: Run = { ...bare, log: 'all is well\n' }
  const failed: Run = { job: job('pass-through'), rounds: [round('FAILURE', 2)], log: 'Error: boom\n\n' }
  const runs = [quiet, failed]
  const results = resultsOf(runs)
  expect(remarks(runs, results, { verbose: false })).toEqual([
    { title: 'v1, S, pass-through', lines: ['a: c (C): SUCCESS became FAILURE'] },
    { title: 'v1, S, pass-through, the server wrote', lines: ['Error: boom'] },
  ])
  expect(remarks(runs, results, { verbose: true }).map(({ title }) => title)).toEqual([
    'v1, S, pass-through',
    'v1, S, bare, the server wrote',
    'v1, S, pass-through, the server wrote',
  ])
})
