import { expect, it } from 'vitest'
import { patiently } from './patiently.ts'

const failing = (times: number, errcode: number) => {
  let count = 0
  const act = (): void => {
    count += 1
    if (count <= times) throw Object.assign(new Error(`no ${count}`), { errcode })
  }
  return { act, count: () => count }
}

it('tries again while another process is at it', () => {
  const { act, count } = failing(2, 5)
  patiently(act, 5_000)
  expect(count()).toBe(3)
})

it('tries again no longer than it may, and nothing else', () => {
  expect(() => patiently(failing(9, 261).act, 0)).toThrow('no 1')
  expect(() => patiently(failing(9, 26).act, 5_000)).toThrow('no 1')
})
