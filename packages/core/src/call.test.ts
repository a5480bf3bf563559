import { describe, expect, expectTypeOf, it, vi } from 'vitest'
import { cancellationOf, originOf, parentOf, withCall } from './call.ts'
import type { Call, CallPatch } from './call.ts'
import { cancellation } from './cancellation.ts'
import { fakeCall } from './testing/fakeCall.ts'

const fields = [
  'method',
  'target',
  'operation',
  'params',
  'input',
  'principal',
  'signal',
  'deadline',
  'traits',
  'clock',
  'revision',
  'isUnnamed',
  'isWrapped',
  'isUndescribed',
  'acceptsHints',
  'isExchange',
  'readsCaller',
  'sdk',
] as const satisfies ReadonlyArray<keyof Call>

const differences = (one: Call, other: Call) => fields.filter((field) => !Object.is(one[field], other[field]))

const full = () =>
  fakeCall({
    method: 'prompts/get',
    target: 'greeting',
    input: { a: 1 },
    principal: 'ann',
    deadline: 5,
    traits: { idempotent: true },
    revision: 'r1',
    isUnnamed: true,
    isWrapped: true,
    isUndescribed: true,
    acceptsHints: true,
    isExchange: true,
    readsCaller: 'sessionId',
    sdk: { extra: 1 },
  })

describe('withCall', () => {
  it('reads every field through to the call it came from when nothing is changed', () => {
    const call = full()
    const derived = withCall(withCall(call, {}), {})
    expect(differences(derived, call)).toEqual([])
  })

  it('knows every field of a call', () => {
    expectTypeOf<Exclude<keyof Call, (typeof fields)[number]>>().toEqualTypeOf<'notify'>()
  })

  it.each<[string, CallPatch, ReadonlyArray<keyof CallPatch & keyof Call>]>([
    ['params and input', { params: { name: 'other' }, input: { b: 2 } }, ['params', 'input']],
    ['input', { input: { b: 2 } }, ['input']],
    ['deadline', { deadline: 3 }, ['deadline']],
  ])('changes %s and nothing else', (_, patch, changed) => {
    const call = full()
    const derived = withCall(call, patch)
    for (const field of changed) expect(derived[field]).toBe(patch[field])
    expect(differences(derived, call)).toEqual(changed)
  })

  it('refuses parameters without the input that belongs to them', () => {
    // @ts-expect-error keys are made of the input
    const patch: CallPatch = { params: { name: 'other' } }
    expect(() => withCall(full(), patch)).toThrow(
      new TypeError('withCall: expected params together with the input that belongs to them, got params alone'),
    )
  })

  it('leaves the call it came from as it was', () => {
    const call = Object.freeze(full())
    withCall(call, { params: 1, input: 2, deadline: 3 })
    expect(call.input).toEqual({ a: 1 })
    expect(call.deadline).toBe(5)
  })

  it('changes parameters to undefined when told so', () => {
    const derived = withCall(full(), { params: undefined, input: undefined })
    expect(derived.params).toBeUndefined()
    expect(derived.input).toBeUndefined()
  })

  it('gives the innermost of several changes, and the outer ones where the inner ones say nothing', () => {
    const derived = withCall(withCall(withCall(full(), { deadline: 4, input: 'outer' }), { deadline: 3 }), {
      params: 'p',
      input: 'inner',
    })
    expect(derived).toMatchObject({ deadline: 3, input: 'inner', params: 'p', principal: 'ann' })
    expect(withCall(derived, { deadline: 2 })).toMatchObject({ deadline: 2, input: 'inner', params: 'p' })
  })

  it('shows the present values of a patch that changes', () => {
    const load = { deadline: 3 }
    const derived = withCall(full(), load)
    load.deadline = 4
    expect(derived.deadline).toBe(4)
  })

  it('sends notifications to the caller, or where the innermost change says', async () => {
    const call = full()
    const seen: string[] = []
    const outer = withCall(call, { notify: async ({ method }) => void seen.push(`outer ${method}`) })
    const inner = withCall(withCall(outer, {}), { notify: async ({ method }) => void seen.push(`inner ${method}`) })
    await withCall(call, {}).notify({ method: 'plain' })
    await withCall(outer, {}).notify({ method: 'a' })
    await inner.notify({ method: 'b' })
    expect(call.notifications).toEqual([{ method: 'plain' }])
    expect(seen).toEqual(['outer a', 'inner b'])
  })

  it('reads nothing of the call before somebody asks', () => {
    const read: PropertyKey[] = []
    const call = new Proxy(full(), {
      get: (target, field, receiver) => {
        if (typeof field === 'string') read.push(field)
        return Reflect.get(target, field, receiver) as unknown
      },
    })
    const derived = withCall(withCall(call, { input: 1 }), { deadline: 2 })
    expect(read).toEqual([])
    expect(derived.principal).toBe('ann')
    expect(read).toEqual(['principal'])
  })

  it('makes no signal for passing a call on, and hands out the one of the call when asked', () => {
    const controller = vi.spyOn(globalThis, 'AbortController')
    const call = full()
    const derived = withCall(withCall(call, { deadline: 1 }), { input: 1 })
    expect(controller).not.toHaveBeenCalled()
    expect(derived.signal).toBe(call.signal)
    expect(controller).toHaveBeenCalledTimes(1)
    controller.mockRestore()
  })

  it('replaces the cancellation and its signal, which then do not abort with the call', () => {
    const call = full()
    const own = cancellation()
    const derived = withCall(withCall(call, { cancellation: own }), {})
    expect(derived.signal).toBe(own.signal)
    expect(cancellationOf(derived)).toBe(own)
    call.abort()
    expect(derived.signal.aborted).toBe(false)
    own.abort()
    expect(derived.signal.aborted).toBe(true)
  })

  it('hands on a signal that a door has without a cancellation', () => {
    const { signal } = new AbortController()
    const call: Call = { ...full(), notify: async () => {}, signal, cancellation: undefined } as Call
    expect(cancellationOf(withCall(call, {}))).toBeUndefined()
    expect(withCall(call, {}).signal).toBe(signal)
  })
})

describe('originOf and parentOf', () => {
  it('lead from a change to the door, step by step or at once', () => {
    const call = full()
    const outer = withCall(call, {})
    const inner = withCall(outer, {})
    expect(parentOf(inner)).toBe(outer)
    expect(parentOf(outer)).toBe(call)
    expect(parentOf(call)).toBeUndefined()
    expect(originOf(inner)).toBe(call)
    expect(originOf(call)).toBe(call)
  })

  it('understand a call that another copy of this module has derived', async () => {
    vi.resetModules()
    const copy = await import('./call.ts')
    expect(copy.withCall).not.toBe(withCall)
    const call = full()
    const inner = withCall(copy.withCall(call, { deadline: 1 }), {})
    expect(originOf(inner)).toBe(call)
    expect(parentOf(copy.withCall(call, {}))).toBe(call)
    expect(copy.originOf(inner)).toBe(call)
  })
})

it('has types that a middleware cannot write to', () => {
  expectTypeOf<Omit<Call, 'notify'>>().toEqualTypeOf<Readonly<Omit<Call, 'notify'>>>()
  expectTypeOf<Call['params']>().toBeUnknown()
  expectTypeOf<Call<{ name: string }>['params']>().toEqualTypeOf<{ name: string }>()
  expectTypeOf<Call<{ name: string }>>().toExtend<Call>()
  expectTypeOf<keyof CallPatch>().toEqualTypeOf<'params' | 'input' | 'deadline' | 'cancellation' | 'notify'>()
})
