import { expect, it } from 'vitest'
import { Breaker } from './breaker.ts'

it('admits all until three failures in a row, or one slow answer', () => {
  const breaker = new Breaker()
  breaker.failed(0, false)
  breaker.failed(0, false)
  breaker.succeeded()
  breaker.failed(0, false)
  breaker.failed(0, false)
  expect(breaker.admits(0)).toBe(true)
  breaker.failed(0, false)
  expect(breaker.admits(999)).toBe(false)
  const slow = new Breaker()
  slow.failed(0, true)
  expect(slow.admits(999)).toBe(false)
})

it('lets one call try after a while, and twice as long after each that fails, up to half a minute', () => {
  const breaker = new Breaker()
  let now = 0
  breaker.failed(now, true)
  for (const rest of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
    expect(breaker.admits(now + rest - 1)).toBe(false)
    now += rest
    expect([breaker.admits(now), breaker.admits(now)]).toEqual([true, false])
    breaker.failed(now, false)
  }
  now += 30_000
  expect(breaker.admits(now)).toBe(true)
  breaker.succeeded()
  expect([breaker.isOpen, breaker.admits(now), breaker.admits(now)]).toEqual([false, true, true])
  breaker.failed(now, true)
  expect([breaker.admits(now + 999), breaker.admits(now + 1_000)]).toEqual([false, true])
})

it('learns nothing while it is open from what was asked before', () => {
  const breaker = new Breaker()
  breaker.failed(0, true)
  breaker.succeeded()
  breaker.failed(500, true)
  expect([breaker.admits(999), breaker.admits(1_000)]).toEqual([false, true])
})
