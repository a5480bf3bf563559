import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { cancellation } from './cancellation.ts'

afterEach(() => vi.restoreAllMocks())

describe('cancellation', () => {
  it('makes no AbortController until its signal is read', () => {
    const controller = vi.spyOn(globalThis, 'AbortController')
    const one = cancellation()
    const stop = one.subscribe(() => {})
    stop()
    one.subscribe(() => {})
    one.abort()
    expect(one.isAborted).toBe(true)
    expect(controller).not.toHaveBeenCalled()
    expect(one.signal.aborted).toBe(true)
    expect(one.signal).toBe(one.signal)
    expect(controller).toHaveBeenCalledTimes(1)
  })

  it('tells everyone in the order of subscription, once, with the reason', () => {
    const one = cancellation()
    const seen: unknown[] = []
    one.subscribe((reason) => seen.push(['first', reason]))
    one.subscribe((reason) => seen.push(['second', reason]))
    one.abort('gone')
    one.abort('again')
    expect(seen).toEqual([
      ['first', 'gone'],
      ['second', 'gone'],
    ])
    expect(one.reason).toBe('gone')
  })

  it('has an AbortError for a reason when none is given, without a stack', () => {
    const one = cancellation()
    one.abort()
    expect(one.reason).toBeInstanceOf(DOMException)
    expect(one.reason).toMatchObject({ name: 'AbortError', message: 'The call was cancelled.' })
    expect((one.reason as DOMException).stack).not.toContain('\n')
  })

  it('aborts a signal that was read before with the same reason', () => {
    const one = cancellation()
    const { signal } = one
    const seen: unknown[] = []
    signal.addEventListener('abort', () => seen.push(signal.reason))
    one.abort('gone')
    expect(seen).toEqual(['gone'])
  })

  it('calls a late subscriber at once, and lets it have its own error', () => {
    const one = cancellation()
    one.abort('gone')
    const listener = vi.fn<(reason: unknown) => void>()
    one.subscribe(listener)()
    expect(listener).toHaveBeenCalledExactlyOnceWith('gone')
    const subscribeFaulty = () =>
      one.subscribe(() => {
        throw new Error('own')
      })
    expect(subscribeFaulty).toThrow('own')
  })

  it('leaves out who has unsubscribed, first, last or in the middle, and only them', () => {
    for (const left of ['', 'a', 'b', 'c', 'ab', 'bc', 'ac', 'abc']) {
      const one = cancellation()
      const seen: string[] = []
      for (const name of 'abc') {
        const stop = one.subscribe(() => seen.push(name))
        if (!left.includes(name)) {
          stop()
          stop()
        }
      }
      one.abort()
      expect(seen.join('')).toBe(left)
    }
  })

  it('leaves the order of the others alone when several unsubscribe later', () => {
    const one = cancellation()
    const seen: string[] = []
    const stops = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => one.subscribe(() => seen.push(name)))
    for (const index of [2, 5, 0, 3]) stops[index]?.()
    one.subscribe(() => seen.push('g'))
    one.abort()
    expect(seen.join('')).toBe('beg')
  })

  it('agrees with a plain list, whoever comes and goes', () => {
    const event = fc.oneof(fc.constant('subscribe' as const), fc.nat({ max: 6 }))
    const play = (events: ReadonlyArray<'subscribe' | number>) => {
      const one = cancellation()
      const stops: Array<() => void> = []
      const expected = new Set<number>()
      const seen: number[] = []
      for (const which of events) {
        if (which === 'subscribe') {
          const index = stops.length
          expected.add(index)
          stops.push(one.subscribe(() => seen.push(index)))
        } else {
          expected.delete(which)
          stops[which]?.()
        }
      }
      one.abort()
      return seen.join() === [...expected].join()
    }
    expect(() => fc.assert(fc.property(fc.array(event, { maxLength: 20, size: 'max' }), play))).not.toThrow()
  })

  it('counts the same function twice when it subscribes twice', () => {
    const one = cancellation()
    const listener = vi.fn<() => void>()
    const stop = one.subscribe(listener)
    one.subscribe(listener)
    one.subscribe(listener)
    stop()
    one.abort()
    expect(listener).toHaveBeenCalledTimes(2)
  })

  it('lets listeners stop later ones, and add new ones, while they run', () => {
    const one = cancellation()
    const seen: string[] = []
    const stops: Array<() => void> = []
    one.subscribe(() => {
      seen.push('a')
      for (const stop of stops) stop()
      one.subscribe(() => seen.push('late'))
    })
    for (const name of ['b', 'c']) stops.push(one.subscribe(() => seen.push(name)))
    one.subscribe(() => seen.push('d'))
    one.abort()
    expect(seen).toEqual(['a', 'late', 'd'])
  })

  it('runs the others when a listener throws, and leaves the error to the process', () => {
    const later: Array<() => void> = []
    vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((run) => void later.push(run))
    const one = cancellation()
    const error = new Error('faulty listener')
    const listener = vi.fn<() => void>()
    one.subscribe(() => {
      throw error
    })
    one.subscribe(listener)
    expect(() => one.abort()).not.toThrow()
    expect(listener).toHaveBeenCalledOnce()
    expect(later).toHaveLength(1)
    expect(later[0]).toThrow(error)
  })

  it('is aborted already when its listeners run', () => {
    const one = cancellation()
    const seen: unknown[] = []
    one.subscribe(() => seen.push(one.isAborted, one.reason, one.signal.aborted))
    one.abort('gone')
    expect(seen).toEqual([true, 'gone', true])
  })
})
