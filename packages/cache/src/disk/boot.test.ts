import { uptime } from 'node:os'
import { expect, it } from 'vitest'
import { bootName } from './boot.ts'

const none = (): string => {
  throw new Error('no such file')
}

it('takes the name that Linux has for it', () => {
  expect(bootName([], () => '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0')).toBe('b0f1e2d3c4b5a')
})

it('takes the minute elsewhere, and one that is in use where clocks are off', () => {
  const now = 1_800_000_000_000
  const minute = Math.round((now - uptime() * 1000) / 60_000)
  expect(bootName([], none, now)).toBe(`m${minute}`)
  expect(bootName(['b0f1e2d3c4b5a', `m${minute - 1}`], none, now)).toBe(`m${minute - 1}`)
  expect(bootName([`m${minute - 900}`], none, now)).toBe(`m${minute}`)
})

it('is the same whenever it is asked for', () => {
  expect(bootName([])).toBe(bootName([]))
})
