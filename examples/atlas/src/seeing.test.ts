import { expect, test } from 'vitest'
import { opsPortOf, opsTokenOf } from './seeing.ts'

test.each([
  [{}, 3000, 3001],
  [{}, 0, 0],
  [{}, 65_535, 0],
  [{ OPS_PORT: '' }, 3000, 3001],
  [{ OPS_PORT: '9464' }, 3000, 9464],
  [{ OPS_PORT: '0' }, 3000, 0],
])('with %j beside port %i operators ask at port %i', (env, port, expected) => {
  expect(opsPortOf(env, port)).toBe(expected)
})

test.each(['abc', '65536', '-1', '123456'])('OPS_PORT=%s is no port', (port) => {
  expect(() => opsPortOf({ OPS_PORT: port }, 3000)).toThrow(`OPS_PORT must be a number from 0 to 65535, got "${port}".`)
})

test('OPS_TOKEN is taken when it is long enough', () => {
  expect(opsTokenOf({})).toBeUndefined()
  expect(opsTokenOf({ OPS_TOKEN: '' })).toBeUndefined()
  expect(opsTokenOf({ OPS_TOKEN: 'x'.repeat(16) })).toBe('x'.repeat(16))
  for (const short of ['secret', 'x x'.repeat(9)]) {
    expect(() => opsTokenOf({ OPS_TOKEN: short })).toThrow(
      /^OPS_TOKEN must have at least 16 characters and no spaces\.$/,
    )
  }
})
