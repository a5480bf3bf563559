import { describe, expect, it } from 'vitest'
import { withCall } from './call.ts'
import { fakeCall } from './testing/index.ts'
import { isWaiting, waitsForTurn } from './waiting.ts'

describe('a call that waits for its turn', () => {
  it('is known as such by whoever is further out, until the wait is over', () => {
    const origin = fakeCall()
    const outer = withCall(origin, { deadline: 5 })
    const inner = withCall(outer, { deadline: 4 })
    waitsForTurn(inner, 1)
    expect([origin, outer, inner].map(isWaiting)).toEqual([true, true, true])
    waitsForTurn(inner, -1)
    expect([origin, outer, inner].map(isWaiting)).toEqual([false, false, false])
  })

  it('waits as long as one of its attempts does, and says nothing of another attempt', () => {
    const origin = fakeCall()
    const [first, second] = [withCall(origin, { deadline: 5 }), withCall(origin, { deadline: 5 })]
    waitsForTurn(first, 1)
    waitsForTurn(second, 1)
    waitsForTurn(first, -1)
    expect([origin, first, second].map(isWaiting)).toEqual([true, false, true])
  })
})
