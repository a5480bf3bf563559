import { cancellation, withCall } from '@millrace/core'
import type { ResilienceEvent } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { eventsOf, settle, worldOf } from '../fixtures/world.ts'
import { retry, retryBudget, TimedOutError, timeout } from '../index.ts'
import type { RetryOptions } from '../index.ts'

const broken = new Error('broken')

describe('a call that is cancelled', () => {
  it('leaves the wait for its next attempt at once', async () => {
    const world = worldOf(retry())
    const sent = world.send()
    ;(await world.arrived(0)).reject(broken)
    await settle()
    expect(world.clock.timers).toBe(1)
    sent.call.abort('gone')
    await expect(sent.answer).rejects.toBe('gone')
    expect(world.clock.timers).toBe(0)
    expect(world.handler.calls).toHaveLength(1)
  })

  it('leaves the attempt that it does not make to others', async () => {
    const budget = retryBudget({ ratio: 0, minPerSecond: 2, ttlMs: 1000 })
    const world = worldOf(retry({ budget, delaysMs: 5000, jitterRatio: 0 }))
    const before = budget.balance(0)
    const sent = world.send()
    ;(await world.arrived(0)).reject(broken)
    await settle()
    expect(budget.balance(0)).toBe(before - 1)
    sent.call.abort('gone')
    await sent.answer.catch(() => {})
    expect(budget.balance(0)).toBe(before)
  })

  it('may have a budget that takes nothing back', async () => {
    const budget = { deposit: () => {}, withdraw: () => true, balance: () => 1 }
    const world = worldOf(retry({ budget }))
    const sent = world.send()
    ;(await world.arrived(0)).reject(broken)
    await settle()
    sent.call.abort('gone')
    await expect(sent.answer).rejects.toBe('gone')
  })

  it('is not repeated, whatever its handler throws', async () => {
    const world = worldOf(retry())
    const sent = world.send()
    const { reject } = await world.arrived(0)
    sent.call.abort('gone')
    reject(broken)
    await expect(sent.answer).rejects.toBe(broken)
    expect(world.clock.timers).toBe(0)
  })

  it('is not repeated when it is cancelled by a timeout around it', async () => {
    const world = worldOf((call, next) =>
      timeout({ timeoutMs: 100 })(call, (call) => retry({ isFailure: () => true })(call, next)),
    )
    const sent = world.send()
    const { call, reject } = await world.arrived(0)
    world.clock.advance(100)
    await expect(sent.answer).rejects.toThrow(TimedOutError)
    reject(call.signal.reason)
    await settle()
    expect(world.clock.timers).toBe(0)
    expect(world.handler.calls).toHaveLength(1)
  })

  it('leaves also when only its signal says so', async () => {
    const own = cancellation()
    const world = worldOf((call, next) => retry()(withCall(call, { cancellation: own }), next))
    const sent = world.send()
    ;(await world.arrived(0)).reject(broken)
    await settle()
    own.abort('enough')
    await expect(sent.answer).rejects.toBe('enough')
  })
})

describe('retry says', () => {
  const sayings = async (options: RetryOptions, error: unknown, deadline = Infinity): Promise<ResilienceEvent[]> => {
    const world = worldOf(retry({ jitterRatio: 0, delaysMs: 10, attempts: 3, ...options }))
    return eventsOf(async () => {
      const sent = world.send({ target: 'search', deadline })
      for (let index = 0; sent.outcome === 'open'; index += 1) {
        ;(await world.arrived(index)).reject(error)
        await settle()
        world.clock.advance(10)
        await settle()
      }
    })
  }
  const operation = 'tools/call search'
  const attempt = (n: number) => ({
    type: 'retry.attempt',
    operation,
    attempt: n,
    delayMs: 10,
    outcome: 'failed',
    error: broken,
  })

  it('each attempt that comes, and that it has no more', async () => {
    expect(await sayings({}, broken)).toEqual([
      attempt(2),
      attempt(3),
      { type: 'retry.exhausted', operation, attempts: 3, reason: 'attempts', outcome: 'failed', error: broken },
    ])
  })

  it('that the deadline is too near', async () => {
    expect(await sayings({}, broken, 15)).toEqual([
      attempt(2),
      { type: 'retry.exhausted', operation, attempts: 2, reason: 'deadline', outcome: 'failed', error: broken },
    ])
  })

  it('that it would have to wait too long', async () => {
    const busy = Object.assign(new Error('busy'), { retryAfterMs: 60_000 })
    expect(await sayings({}, busy)).toEqual([
      { type: 'retry.exhausted', operation, attempts: 1, reason: 'retryAfter', outcome: 'failed', error: busy },
    ])
  })

  it('that the budget is spent', async () => {
    const budget = { deposit: () => {}, withdraw: () => false, balance: () => 0.4 }
    expect(await sayings({ budget }, broken)).toEqual([
      { type: 'retry.budgetSpent', operation, attempts: 1, balance: 0.4 },
    ])
  })

  it('nothing of what is not worth another attempt', async () => {
    expect(await sayings({}, Object.assign(new Error('invalid'), { code: -32602 }))).toEqual([])
  })
})

describe('retry refuses', () => {
  const waits = 'a number ≥ 0 or Infinity, an array of them that is not empty, or a function'
  it.each<[unknown, string]>([
    [{ attempts: 0 }, 'retry.attempts must be an integer from 1 to 100, got 0'],
    [{ attempts: 2.5 }, 'retry.attempts must be an integer from 1 to 100, got 2.5'],
    [{ attempts: Infinity }, 'retry.attempts must be an integer from 1 to 100, got Infinity'],
    [{ delaysMs: -1 }, `retry.delaysMs must be ${waits}, got -1`],
    [{ delaysMs: [] }, `retry.delaysMs must be ${waits}, got an array`],
    [{ delaysMs: [1, '2'] }, `retry.delaysMs must be ${waits}, got an array`],
    [{ jitterRatio: 1.5 }, 'retry.jitterRatio must be a number from 0 to 1, got 1.5'],
    [{ maxRetryAfterMs: -1 }, 'retry.maxRetryAfterMs must be a number ≥ 0 or Infinity, got -1'],
    [{ budget: {} }, 'retry.budget must be a budget (with deposit, withdraw, balance) or false, got an object'],
    [{ isRetryable: true }, 'retry.isRetryable must be a function, got true'],
    [{ isFailure: 'failed' }, "retry.isFailure must be a function, got 'failed'"],
    [
      { retries: 3 },
      'retry.retries is not an option; there are attempts, delaysMs, jitterRatio, maxRetryAfterMs, budget, isRetryable, isFailure, random',
    ],
    [3, 'retry: options must be an object, got 3'],
  ])('%o', (options, message) => {
    expect(() => retry(options as RetryOptions)).toThrow(new TypeError(message))
  })
})
