import { describe, expect, it } from 'vitest'
import { onAbort } from '../abort.ts'
import { watchedCall } from './watchedCall.ts'

describe('a watched call', () => {
  it('knows how many wait for its cancellation, until they stop or it comes', () => {
    const { call, listeners, abort } = watchedCall()
    const heard: unknown[] = []
    const [stop] = [1, 2].map((n) => onAbort(call, (reason) => heard.push([n, reason])))
    expect(listeners()).toBe(2)
    stop?.()
    expect(listeners()).toBe(1)
    abort('gone')
    expect(heard).toEqual([[2, 'gone']])
    expect(listeners()).toBe(0)
  })
})
