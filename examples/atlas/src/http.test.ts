import { expect, test } from 'vitest'
import { listen, portOf } from './http.ts'

test.each([
  [{}, 3_000],
  [{ PORT: '' }, 3_000],
  [{ PORT: '0' }, 0],
  [{ PORT: '65535' }, 65_535],
])('the environment %j means port %i', (env, port) => {
  expect(portOf(env)).toBe(port)
})

test.each(['abc', '70000', '-1', '3000.5', ' ', '0x10', '1e3', '99999999999'])('%j is not a port', (port) => {
  expect(() => portOf({ PORT: port })).toThrow(`PORT must be a number from 0 to 65535, got ${JSON.stringify(port)}.`)
})

test('a port is taken once, and free again after closing', async () => {
  const first = await listen(0)
  const port = Number(new URL(first.url).port)
  await expect(listen(port)).rejects.toThrow(`Port ${port} is in use; set PORT to another one, for instance PORT=`)
  await first.close()
  await (await listen(port)).close()
})
