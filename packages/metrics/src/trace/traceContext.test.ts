import { describe, expect, it } from 'vitest'
import { traceContext } from './traceContext.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'
const known = { traceId, spanId, flags: 1, isSampled: true, state: undefined }

describe('traceContext', () => {
  it('reads what the specification shows', () => {
    expect(traceContext(`00-${traceId}-${spanId}-01`)).toEqual(known)
    expect(traceContext(`00-${traceId}-${spanId}-00`)).toEqual({ ...known, flags: 0, isSampled: false })
    expect(traceContext(`00-${traceId}-${spanId}-03`)).toEqual({ ...known, flags: 3 })
    expect(traceContext(`00-${traceId}-${spanId}-fe`)).toMatchObject({ isSampled: false })
  })

  it('reads a later version as far as this one knows it', () => {
    expect(traceContext(`cc-${traceId}-${spanId}-01`)).toEqual(known)
    expect(traceContext(`cc-${traceId}-${spanId}-01-what-the-future-will-be-like`)).toEqual(known)
    expect(traceContext(`cc-${traceId}-${spanId}-01.what`)).toBeUndefined()
    expect(traceContext(`cc-${traceId}-${spanId}-01-\n`)).toEqual(known)
  })

  it.each([
    ['nothing', undefined],
    ['a number', 7],
    ['an empty string', ''],
    ['the version that is none', `ff-${traceId}-${spanId}-01`],
    ['capital letters', `00-${traceId.toUpperCase()}-${spanId}-01`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['a span of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['a trace that is too short', `00-${traceId.slice(1)}-${spanId}-01`],
    ['a trace that is too long', `00-${traceId}0-${spanId}-01`],
    ['flags of one digit', `00-${traceId}-${spanId}-1`],
    ['flags that are no digits', `00-${traceId}-${spanId}-xy`],
    ['more than version 00 has', `00-${traceId}-${spanId}-01-more`],
    ['a space before', ` 00-${traceId}-${spanId}-01`],
    ['a line end behind', `00-${traceId}-${spanId}-01\n`],
    ['underscores', `00_${traceId}_${spanId}_01`],
  ])('takes %s for no trace', (_, traceparent) => {
    expect(traceContext(traceparent)).toBeUndefined()
  })

  it.each([
    ['congo=t61rcWkgMzE', 'congo=t61rcWkgMzE'],
    ['rojo=00f067aa0ba902b7 , congo=t61 rc', 'rojo=00f067aa0ba902b7,congo=t61 rc'],
    ['rojo=1,,congo=2', 'rojo=1,congo=2'],
    ['fw529a3039@dt=FfAAAAAB', 'fw529a3039@dt=FfAAAAAB'],
    [Array.from({ length: 32 }, (_one, at) => `k${at}=1`).join(','), expect.stringContaining('k31=1')],
    [Array.from({ length: 33 }, (_one, at) => `k${at}=1`).join(','), undefined],
    ['rojo=1,rojo=2', undefined],
    ['Rojo=1', undefined],
    ['rojo=', undefined],
    ['rojo=a=b', undefined],
    ['rojo', undefined],
    [`rojo=${'x'.repeat(257)}`, undefined],
    ['rojo=é', undefined],
    ['', undefined],
    ['x'.repeat(20_000), undefined],
    [7, undefined],
  ])('keeps a state that is well formed: %o', (tracestate, state) => {
    expect(traceContext(`00-${traceId}-${spanId}-01`, tracestate)).toEqual({ ...known, state })
  })
})
