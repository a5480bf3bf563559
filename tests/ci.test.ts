import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder: string

/** A project that has nothing but this repository's `.ci/run`. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-ci-'))
  mkdirSync(join(folder, '.ci'))
  cpSync(join(import.meta.dirname, '..', '.ci', 'run'), join(folder, '.ci', 'run'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/**
 * Runs it with an `npm` whose scripts end as told. `report` is what the tests write where they are asked to, `exit`
 * how they end. What is tested is how ends are counted, and the real npm takes a third of a second for each.
 */
function ci(
  report: object | undefined,
  exit: number,
  failing: readonly string[] = [],
): { code: number | null; lines: string[] } {
  const lines = [
    '#!/bin/sh',
    ...(report === undefined ? [] : [`[ "$1" = test ] && cat report.json > "\${5#--outputFile.json=}"`]),
    `[ "$1" = test ] && exit ${exit}`,
    ...failing.map((name) => `[ "$2" = ${name} ] && exit 1`),
    'exit 0',
  ]
  writeFileSync(join(folder, 'npm'), `${lines.join('\n')}\n`, { mode: 0o755 })
  writeFileSync(join(folder, 'report.json'), JSON.stringify(report ?? null))
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` }
  const run = spawnSync(join(folder, '.ci', 'run'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env })
  return { code: run.status, lines: run.stdout.trimEnd().split('\n') }
}

const file = (status: string, ...tests: string[]): object => ({
  status,
  assertionResults: tests.map((one) => ({ status: one })),
})

test('counts tests and steps, and says so in its last line', () => {
  const report = {
    numPassedTests: 40,
    numFailedTests: 0,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [file('passed', 'passed')],
  }
  const { code, lines } = ci(report, 0)
  expect(lines.at(-1)).toBe('46 passed, 0 failed, 3 skipped')
  expect(code).toBe(0)
})

test('goes on after a failure and fails in the end', () => {
  const testResults = [file('failed', 'failed', 'failed', 'passed'), file('failed'), file('passed', 'passed')]
  const { code, lines } = ci(
    { numPassedTests: 2, numFailedTests: 2, numPendingTests: 0, numTodoTests: 0, testResults },
    1,
    ['lint', 'bench'],
  )
  expect(lines.at(-1)).toBe('6 passed, 5 failed, 0 skipped')
  expect(lines.filter((line) => line.startsWith('=== ')).map((line) => line.split(/[ :]/)[1])).toEqual([
    'test',
    'typecheck',
    'lint',
    'build',
    'packages',
    'conformance',
    'bench',
    'summary',
  ])
  expect(code).toBe(1)
})

test('counts a test run that fails without a failed test, or without any test', () => {
  const empty = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] }
  expect(ci({ ...empty, numPassedTests: 5 }, 1).lines.at(-1)).toBe('11 passed, 1 failed, 0 skipped')
  expect(ci(empty, 0).lines.at(-1)).toBe('6 passed, 1 failed, 0 skipped')
  expect(ci(undefined, 1).lines.at(-1)).toBe('6 passed, 1 failed, 0 skipped')
})
