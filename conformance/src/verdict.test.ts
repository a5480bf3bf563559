import { describe, expect, test } from 'vitest'
import type { Job, Round } from './run.ts'
import { suites } from './suites.ts'
import { failures, faults } from './verdict.ts'

const [suite] = suites
if (suite === undefined) throw new Error('there is no suite')
const reference = suite.reference.v1?.passed ?? 0
const job = (variant: Job['variant']): Job => ({ line: 'v1', suite, variant })

const round = (change: { failed?: number; exitCode?: number; seen?: number; handled?: number } = {}): Round => {
  const { failed = 0, exitCode = 0, seen = 10, handled = 10 } = change
  const checks = Array.from({ length: reference }, (_, index) => {
    const status = index < failed ? 'FAILURE' : 'SUCCESS'
    return { scenario: `s${index}`, id: 'c', name: 'C', status, message: `m${index}` }
  })
  return { report: { checks, exitCode }, calls: { seen, handled } }
}

describe('a bare server', () => {
  test('is as it has to be when it scores its reference', () => {
    const bare = round({ seen: 0, handled: 0 })
    expect(faults(job('bare'), bare, bare)).toEqual([])
  })

  test('is faulty below its reference, and when the suite says that it failed', () => {
    const bare = round({ failed: 1, exitCode: 1 })
    expect(faults(job('bare'), bare, bare)).toEqual([
      `the reference is ${reference} passed, 0 failed`,
      'the suite exits with 1',
    ])
  })
})

describe('a variant', () => {
  test('is as it has to be when every check is as with the bare server', () => {
    expect(faults(job('pass-through'), round(), round())).toEqual([])
    expect(faults(job('caching'), round({ handled: 9 }), round())).toEqual([])
  })

  test('is faulty for every check that differs', () => {
    expect(faults(job('pass-through'), round({ failed: 2 }), round())).toEqual([
      's0: c (C): SUCCESS became FAILURE: m0',
      's1: c (C): SUCCESS became FAILURE: m1',
    ])
  })

  test('is faulty when it passes what the bare server fails', () => {
    expect(faults(job('pass-through'), round(), round({ failed: 1 }))).toHaveLength(1)
  })

  test('is faulty when the suite exits otherwise', () => {
    expect(faults(job('pass-through'), round({ exitCode: 1 }), round())).toEqual(['the suite exits with 1'])
  })

  test('is faulty when its middleware is attached to nothing', () => {
    const unseen = round({ seen: 0, handled: 0 })
    expect(faults(job('pass-through'), unseen, round())).toEqual(['the middleware saw no call'])
  })

  test('is faulty when a pass-through answers calls itself', () => {
    const [fault] = faults(job('pass-through'), round({ handled: 9 }), round())
    expect(fault).toBe('9 of 10 calls reached a handler')
  })

  test('is faulty when a cache answers nothing', () => {
    const [fault] = faults(job('caching'), round(), round())
    expect(fault).toBe('all 10 calls reached a handler, none was answered before')
  })
})

test('a closer look names every check that did not pass', () => {
  expect(failures(round({ failed: 1 }))).toEqual(['FAILURE s0: c: m0'])
})
