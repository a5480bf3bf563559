import { fakeCall } from '@millrace/core/testing'
import { afterEach, expect, it, vi } from 'vitest'
import { changed, copyOf } from './changed.ts'

afterEach(() => vi.restoreAllMocks())

const own = new AbortController().signal
const holder = () => ({ id: 1, signal: own, notify: 'old' })

it('a changed holder has the signal of the call, and makes it when it is read', () => {
  const controller = vi.spyOn(globalThis, 'AbortController')
  const call = fakeCall()
  const copy = changed(holder(), call, { notify: 'new' })
  expect(Object.keys(copy)).toEqual(['signal', 'id', 'notify'])
  expect(controller).not.toHaveBeenCalled()
  expect(copy).toMatchObject({ id: 1, notify: 'new' })
  expect(copy.signal).toBe(call.signal)
})

it('a holder that was changed before is copied without making its signal', () => {
  const controller = vi.spyOn(globalThis, 'AbortController')
  const [outer, inner] = [fakeCall(), fakeCall()]
  const first = changed(holder(), outer, {})
  const second = changed(first, inner, {})
  const quiet = copyOf(first, { signal: own })
  expect(controller).not.toHaveBeenCalled()
  expect([second.signal, first.signal, quiet.signal]).toEqual([inner.signal, outer.signal, own])
})

it('a copy made by spreading keeps the signal, and one of its own is kept when it is changed in its turn', () => {
  const [outer, inner] = [fakeCall(), fakeCall()]
  const spread = { ...changed(holder(), outer, {}) }
  expect(spread.signal).toBe(outer.signal)
  expect(changed({ ...spread, id: 2 }, inner, {})).toMatchObject({ id: 2, signal: inner.signal })
})

it('a handler may set the signal, as it may on what the SDK gives it', () => {
  const copy = changed(holder(), fakeCall(), {})
  copy.signal = own
  expect(copy.signal).toBe(own)
  expect(Object.keys(copy)).toContain('signal')
})
