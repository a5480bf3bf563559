import { causeOf, RejectedError } from '@millrace/core'
import type { Middleware } from '@millrace/core'
import { retry, timeout } from '@millrace/resilience'
import { describe, expect, it } from 'vitest'
import { doors } from '../fixtures/doors.ts'
import { said, text } from '../fixtures/world.ts'

const reads = { readOnlyHint: true }
const repeats = { readOnlyHint: false, idempotentHint: true }
const writes = { readOnlyHint: false, idempotentHint: false }

/** A handler that throws so many errors before it answers. */
const failing = (times: number) => {
  const errors: Error[] = []
  const run = async () => {
    if (errors.length === times) return text('well')
    errors.push(new Error(`failure ${errors.length + 1}`))
    throw errors.at(-1)
  }
  return { errors, run }
}

describe.each(doors)('retry by $door on SDK $line', ({ open, knowsTraits }) => {
  // Where nothing is known of the tool, its author has to say that it may be repeated.
  const word = knowsTraits ? {} : { isRetryable: () => true }

  it.each([
    ['reads', reads],
    ['may be repeated', repeats],
  ])('runs a tool again that %s and throws, until it answers', async (_, annotations) => {
    const { errors, run } = failing(2)
    const client = await open({ middleware: [retry({ attempts: 3, delaysMs: 0, ...word })], annotations, run })
    expect(await client.call()).toMatchObject(text('well'))
    expect(errors).toHaveLength(2)
    expect(client.answers()).toBe(1)
  })

  it.each([
    ['a Millrace error', new RejectedError('later', { code: 'ERR_CLOSED', retryAfterMs: 30_000 }), 30_000],
    ['its own error', Object.assign(new Error('later'), { retryAfterMs: 30_000 }), undefined],
  ])('waits for no half a minute, of which %s tells the client: %s', async (_, error, hint) => {
    let runs = 0
    const run = async () => {
      runs += 1
      throw error
    }
    const client = await open({ middleware: [retry({ ...word })], annotations: reads, run })
    const result = await client.call()
    expect(said(result)).toBe('later')
    expect((result['_meta'] as { [key: string]: unknown } | undefined)?.['millrace/retryAfterMs']).toBe(hint)
    expect(runs).toBe(1)
  })

  it('sees what the handler threw, and not what an SDK made of it', async () => {
    const seen: unknown[] = []
    const { errors, run } = failing(3)
    const isFailure = ({ error }: { readonly error?: unknown }) => seen.push(error) > 0
    const client = await open({
      middleware: [retry({ attempts: 3, delaysMs: 0, isFailure, ...word })],
      annotations: reads,
      run,
    })
    expect(said(await client.call())).toBe('failure 3')
    expect(seen).toHaveLength(3)
    for (const [index, error] of seen.entries()) expect(error).toBe(errors[index])
  })

  it('lets what stands outside it know the last error, and the last only', async () => {
    const seen: unknown[] = []
    const outside: Middleware = async (call, next) => {
      const error = await next(call).then(
        (result) => causeOf(result),
        (error: unknown) => error,
      )
      seen.push(error)
      return text('seen')
    }
    const { errors, run } = failing(2)
    const client = await open({
      middleware: [outside, retry({ attempts: 2, delaysMs: 0, ...word })],
      annotations: reads,
      run,
    })
    await client.call()
    expect(seen).toHaveLength(1)
    expect(seen[0]).toBe(errors[1])
  })

  it('runs a tool once that must not be repeated', async () => {
    const { errors, run } = failing(9)
    const client = await open({ middleware: [retry({ delaysMs: 0 })], annotations: writes, run })
    expect(await client.call()).toMatchObject({ ...text('failure 1'), isError: true })
    expect(errors).toHaveLength(1)
  })

  it('runs again what was refused and never ran', async () => {
    const { errors, run } = failing(0)
    let refusals = 0
    const refusing: Middleware = (call, next) => {
      refusals += 1
      if (refusals > 2) return next(call)
      throw new RejectedError('Come back.', { code: 'ERR_BUSY', retryAfterMs: 0 })
    }
    const client = await open({ middleware: [retry({ delaysMs: 0 }), refusing], annotations: reads, run })
    expect(await client.call()).toMatchObject(text('well'))
    expect([refusals, errors]).toEqual([3, []])
  })

  it('never waits beyond the deadline', async () => {
    const { errors, run } = failing(9)
    const client = await open({
      middleware: [timeout({ timeoutMs: 30_000 }), retry({ delaysMs: [0, 40_000], jitterRatio: 0, ...word })],
      annotations: reads,
      run,
    })
    expect(await client.call()).toMatchObject({ ...text('failure 2'), isError: true })
    expect(errors).toHaveLength(2)
  })

  it('leaves an isError answer of the tool alone', async () => {
    let runs = 0
    const client = await open({
      middleware: [retry({ delaysMs: 0, ...word })],
      annotations: reads,
      run: async () => {
        runs += 1
        return { ...text('no such city'), isError: true }
      },
    })
    expect(await client.call()).toMatchObject({ ...text('no such city'), isError: true })
    expect(runs).toBe(1)
  })
})
