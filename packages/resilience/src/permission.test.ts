import { RejectedError } from '@millrace/core'
import type { Next } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import { expect, it, vi } from 'vitest'
import { hedge, retry } from './index.ts'
import type { RetryOptions } from './index.ts'

it('a tool that nobody knows is a warning, once for retry and once for hedge, unless its author says something', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const next = async () => ({ content: [] })
  const send = (middleware: ReturnType<typeof retry> | ReturnType<typeof hedge>, isUndescribed: boolean) =>
    middleware(fakeCall({ traits: {}, isWrapped: true, isUndescribed }), next)
  for (const isUndescribed of [false, true]) {
    await send(retry({ isRetryable: () => false }), isUndescribed)
    await send(hedge({ isHedgeable: () => true }), isUndescribed)
  }
  await send(retry(), false)
  await send(hedge(), false)
  expect(warn).not.toHaveBeenCalled()
  for (let n = 0; n < 3; n += 1) {
    await send(retry(), true)
    await send(hedge(), true)
  }
  const options = { type: 'MillraceWarning', code: 'MILLRACE_UNDESCRIBED' }
  const known =
    'is wrapped around a handler whose server has no use(server, …), so nobody knows what its tool says of itself:'
  expect(warn.mock.calls).toEqual([
    [
      `retry ${known} only what was refused and never ran is repeated. Write use(server), or retry({ isRetryable: () => true }) for what may be repeated.`,
      options,
    ],
    [
      `hedge ${known} no second attempt is made. Write use(server), or hedge({ isHedgeable: () => true }) for what may be repeated.`,
      options,
    ],
  ])
  warn.mockRestore()
})

it('of a tool that nobody knows only what never ran is repeated, and by the word of its author what did', async () => {
  vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const refusal = new RejectedError('later', { code: 'ERR_X', retryAfterMs: 0 })
  const runs = async (errors: readonly Error[], options: RetryOptions) => {
    let count = 0
    const next: Next = async () => {
      count += 1
      throw errors[Math.min(count, errors.length) - 1]
    }
    const call = fakeCall({ traits: {}, isWrapped: true, isUndescribed: true })
    await retry({ attempts: 3, delaysMs: 0, ...options })(call, next).catch(() => {})
    return count
  }
  const broken = new Error('broken')
  expect(await runs([refusal], {})).toBe(3)
  expect(await runs([refusal, broken], { isFailure: () => true })).toBe(2)
  expect(await runs([broken], { isFailure: () => true })).toBe(1)
  expect(await runs([broken], { isRetryable: () => true })).toBe(3)
  expect(await runs([refusal], { isRetryable: () => false })).toBe(1)
  vi.restoreAllMocks()
})
