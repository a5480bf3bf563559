import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import { AbandonedError, isMillraceError, MillraceError, RejectedError } from './errors.ts'

class QueueFullError extends RejectedError {
  constructor() {
    super('Too much is waiting. Try again in 2 seconds.', { code: 'ERR_QUEUE_FULL', retryAfterMs: 2000 })
  }

  override get name(): string {
    return 'QueueFullError'
  }
}

let before: PropertyDescriptor
beforeEach(() => {
  before = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit') as PropertyDescriptor
})
afterEach(() => {
  Object.defineProperty(Error, 'stackTraceLimit', before)
})

describe('a MillraceError', () => {
  it('carries message, code, time to wait and cause', () => {
    const cause = new Error('below')
    const error = new MillraceError('It went wrong.', { code: 'ERR_IT', retryAfterMs: 5, cause })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ message: 'It went wrong.', code: 'ERR_IT', retryAfterMs: 5 })
    expect(error.cause).toBe(cause)
  })

  it('has no cause of its own when none is given', () => {
    const error = new MillraceError('It went wrong.', { code: 'ERR_IT' })
    expect('cause' in error).toBe(false)
    expect(error.retryAfterMs).toBeUndefined()
  })

  it('has no stack, and leaves the stacks of others alone', () => {
    expect(new QueueFullError().stack).toBe('QueueFullError: Too much is waiting. Try again in 2 seconds.')
    expect(new Error('other').stack).toContain('\n    at ')
    expect(Error.stackTraceLimit).toBe(before.value)
  })

  it('leaves the stacks of others alone also when it cannot be made', () => {
    const message = Symbol('no text') as unknown as string
    expect(() => new MillraceError(message, { code: 'ERR_IT' })).toThrow(TypeError)
    expect(Error.stackTraceLimit).toBe(before.value)
  })

  it('can be made where the limit of stacks is frozen, and then has a stack', () => {
    Object.defineProperty(Error, 'stackTraceLimit', { value: 7, writable: false, configurable: true })
    const error = new QueueFullError()
    expect(error.code).toBe('ERR_QUEUE_FULL')
    expect(error.stack).toContain('\n    at ')
  })

  it.each([
    [new MillraceError('m', { code: 'ERR_M' }), 'MillraceError: m'],
    [new RejectedError('r', { code: 'ERR_R' }), 'RejectedError: r'],
    [new AbandonedError('a', { code: 'ERR_A' }), 'AbandonedError: a'],
    [new QueueFullError(), 'QueueFullError: Too much is waiting. Try again in 2 seconds.'],
  ])('prints as its class: %s', (error, printed) => {
    expect(String(error)).toBe(printed)
    expect(Object.keys(error)).not.toContain('name')
  })

  it('says by its kind whether the handler ran', () => {
    expect(new QueueFullError().kind).toBe('rejected')
    expect(new AbandonedError('a', { code: 'ERR_A' }).kind).toBe('abandoned')
    expectTypeOf<RejectedError['kind']>().toEqualTypeOf<'rejected'>()
    expectTypeOf<AbandonedError['kind']>().toEqualTypeOf<'abandoned'>()
  })
})

describe('isMillraceError', () => {
  it('knows errors of another copy of this module', async () => {
    vi.resetModules()
    const copy = await import('./errors.ts')
    const error = new copy.AbandonedError('a', { code: 'ERR_A' })
    expect(error).not.toBeInstanceOf(MillraceError)
    expect(isMillraceError(error)).toBe(true)
    expect(copy.isMillraceError(new QueueFullError())).toBe(true)
  })

  it.each([
    undefined,
    null,
    'ERR_QUEUE_FULL',
    new Error('plain'),
    Object.assign(new Error('node'), { code: 'ERR_INVALID_ARG_TYPE', retryAfterMs: 1 }),
    { code: 'ERR_QUEUE_FULL', retryAfterMs: 1 },
  ])('does not take %s for one', (value) => {
    expect(isMillraceError(value)).toBe(false)
  })

  it('narrows the type', () => {
    const retryAfterOf = (error: unknown) => (isMillraceError(error) ? error.retryAfterMs : 'none')
    expect(retryAfterOf(new QueueFullError())).toBe(2000)
    expectTypeOf(isMillraceError).guards.toEqualTypeOf<MillraceError>()
  })
})
