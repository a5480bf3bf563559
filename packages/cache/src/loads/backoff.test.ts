import { describe, expect, it } from 'vitest'
import { Backoff } from './backoff.ts'

describe('backoff', () => {
  it('remembers the thousand keys that failed last', () => {
    const backoff = new Backoff()
    backoff.failed('first', 0)
    backoff.failed('again', 0)
    for (let n = 0; n < 998; n += 1) backoff.failed(`${n}`, 0)
    backoff.failed('again', 0)
    expect(backoff.isWaiting('first', 500)).toBe(true)
    backoff.failed('one more', 0)
    expect(backoff.isWaiting('first', 500)).toBe(false)
    // Its second failure.
    expect(backoff.isWaiting('again', 1999)).toBe(true)
    expect(backoff.isWaiting('again', 2000)).toBe(false)
  })
})
