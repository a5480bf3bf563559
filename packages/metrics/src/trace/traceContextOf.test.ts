import { fakeCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { sampledTraceOf, statedTraceOf, traceContextOf } from './traceContextOf.ts'

const parentOf = (digit: string, flags = '01') => `00-${digit.repeat(32)}-${digit.repeat(16)}-${flags}`
const [one, two] = [parentOf('1'), parentOf('2')]

describe('the trace of a call', () => {
  it('is what its _meta says, before what any header says', () => {
    const sdk = { requestInfo: { headers: { traceparent: two } } }
    const call = fakeCall({ params: { _meta: { traceparent: one, tracestate: 'a=1' } }, sdk })
    expect(traceContextOf(call)).toMatchObject({ traceId: '1'.repeat(32), spanId: '1'.repeat(16), state: 'a=1' })
  })

  it('is what SDK v2 lifted out of the parameters', () => {
    const call = fakeCall({ params: { name: 'tool' }, sdk: { mcpReq: { _meta: { traceparent: one } } } })
    expect(traceContextOf(call)).toMatchObject({ traceId: '1'.repeat(32) })
  })

  it('is what a header says where _meta says nothing, or nothing that is one', () => {
    const v1 = { requestInfo: { headers: { traceparent: two, tracestate: 'b=2' } } }
    expect(traceContextOf(fakeCall({ sdk: v1 }))).toMatchObject({ traceId: '2'.repeat(32), state: 'b=2' })
    const malformed = fakeCall({ sdk: v1, params: { _meta: { traceparent: 'x' } } })
    expect(traceContextOf(malformed)).toMatchObject({ traceId: '2'.repeat(32) })
    const v2 = { mcpReq: {}, http: { req: { headers: new Headers({ traceparent: two }) } } }
    expect(traceContextOf(fakeCall({ sdk: v2 }))).toMatchObject({ traceId: '2'.repeat(32) })
    expect(statedTraceOf(fakeCall({ sdk: v2 }))).toBeUndefined()
  })

  it.each([undefined, null, {}, { _meta: null }, { _meta: 'x' }, { _meta: { traceparent: {} } }, 'params'])(
    'is unknown when the parameters are %o',
    (params) => {
      expect(traceContextOf(fakeCall({ params, sdk: null }))).toBeUndefined()
      expect(traceContextOf(fakeCall({ params, sdk: { http: {} } }))).toBeUndefined()
    },
  )

  it('stands as an example only when its caller has it recorded', () => {
    const call = (traceparent: string) => fakeCall({ params: { _meta: { traceparent } } })
    expect(sampledTraceOf(call(one))).toBe('1'.repeat(32))
    expect(sampledTraceOf(call(parentOf('1', '00')))).toBeUndefined()
    expect(sampledTraceOf(fakeCall())).toBeUndefined()
  })
})
