import { describe, expect, test } from 'vitest'
import { type Check, differences, isBelow, score } from './compare.ts'

const check = (scenario: string, id: string, status: string, name = id): Check => ({ scenario, id, name, status })

describe('score', () => {
  test('counts what passed, what failed, and the scenarios', () => {
    const checks = [check('a', '1', 'SUCCESS'), check('a', '2', 'FAILURE'), check('b', '1', 'SUCCESS')]
    expect(score(checks)).toEqual({ passed: 2, failed: 1, scenarios: 2 })
  })

  test('counts neither warnings nor what was skipped or only noted', () => {
    const checks = ['WARNING', 'SKIPPED', 'INFO'].map((status) => check('a', status, status))
    expect(score(checks)).toEqual({ passed: 0, failed: 0, scenarios: 1 })
  })
})

describe('differences', () => {
  test('there are none between equal reports', () => {
    const checks = [check('a', '1', 'SUCCESS'), check('a', '2', 'FAILURE')]
    expect(differences(checks, [...checks])).toEqual([])
  })

  test('equal totals do not hide two checks that changed places', () => {
    const before = [check('a', '1', 'SUCCESS'), check('a', '2', 'FAILURE')]
    const after = [check('a', '1', 'FAILURE'), check('a', '2', 'SUCCESS')]
    expect(differences(before, after)).toEqual([
      { scenario: 'a', check: '1 (1)', expected: 'SUCCESS', actual: 'FAILURE' },
      { scenario: 'a', check: '2 (2)', expected: 'FAILURE', actual: 'SUCCESS' },
    ])
  })

  test('the same check id in another scenario is another check', () => {
    const found = differences([check('a', '1', 'SUCCESS')], [check('b', '1', 'SUCCESS')])
    expect(found.map(({ scenario, expected, actual }) => [scenario, expected, actual])).toEqual([
      ['a', 'SUCCESS', undefined],
      ['b', undefined, 'SUCCESS'],
    ])
  })

  test('occurrences of a repeated check are told apart', () => {
    const before = ['SUCCESS', 'SUCCESS', 'SUCCESS'].map((status) => check('a', '1', status))
    const after = ['SUCCESS', 'FAILURE', 'SUCCESS'].map((status) => check('a', '1', status))
    expect(differences(before, after)).toMatchObject([{ check: '1 (1) #2', expected: 'SUCCESS', actual: 'FAILURE' }])
  })

  test('occurrences of an id are told apart by name', () => {
    const before = [check('a', '1', 'SUCCESS', 'One'), check('a', '1', 'FAILURE', 'Two')]
    expect(differences(before, before.toReversed())).toEqual([])
  })

  test('a success that became a mere note is a check that is missing', () => {
    const found = differences([check('a', '1', 'SUCCESS')], [check('a', '1', 'INFO')])
    expect(found).toMatchObject([{ expected: 'SUCCESS', actual: undefined }])
  })

  test('a warning that appears is a difference', () => {
    const found = differences([check('a', '1', 'SUCCESS')], [{ ...check('a', '1', 'WARNING'), message: 'late' }])
    expect(found).toMatchObject([{ expected: 'SUCCESS', actual: 'WARNING', message: 'late' }])
  })

  test('notes may come and go', () => {
    expect(differences([check('a', 'sent', 'INFO')], [])).toEqual([])
  })
})

describe('isBelow', () => {
  const reference = { passed: 40, failed: 1 }

  test.each([
    [{ passed: 40, failed: 1 }, false],
    [{ passed: 41, failed: 0 }, false],
    [{ passed: 39, failed: 1 }, true],
    [{ passed: 40, failed: 2 }, true],
  ])('%o is below 40 passed and 1 failed: %s', (actual, expected) => {
    expect(isBelow(actual, reference)).toBe(expected)
  })
})
