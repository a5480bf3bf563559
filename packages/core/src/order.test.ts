import { describe, expect, it } from 'vitest'
import { asMiddleware, chain } from './middleware.ts'
import type { Middleware } from './middleware.ts'
import { only } from './only.ts'
import { checkOrder } from './order.ts'
import { recommendedOrder } from './stage.ts'
import type { Stage } from './stage.ts'

const at = (stage: Stage): Middleware => asMiddleware((call, next) => next(call), { stage })
const unstaged: Middleware = (call, next) => next(call)
const order = recommendedOrder.join(', ')

describe('checkOrder', () => {
  it('finds nothing wrong with the recommended order', () => {
    expect(checkOrder(recommendedOrder.map(at))).toEqual([])
    expect(checkOrder([])).toEqual([])
  })

  it('finds nothing wrong with parts of it, with gaps, and with what has no stage', () => {
    expect(checkOrder([unstaged, at('metrics'), unstaged, at('cached'), at('queue'), unstaged])).toEqual([])
  })

  it.each<[Stage, Stage, string]>([
    ['cached', 'authorize', 'a cached answer is given without asking whether this caller may have it'],
    ['cached', 'metrics', 'hits are never measured'],
    ['cached', 'rateLimit', 'hits are never counted, so the limit does not hold for cached answers'],
    ['cached', 'fallback', 'the substitute answer comes before a stale one, which the cache then never serves'],
    ['rateLimit', 'authorize', 'calls that are refused for lack of permission use up the quota'],
    [
      'cached',
      'staged',
      'what several tools answered together is stored as one answer, and none of it can be invalidated',
    ],
    [
      'staged',
      'rateLimit',
      'steps are counted but the staged call itself is not; write rateLimit(…), staged(), … instead of an option of recommended',
    ],
    ['timeout', 'fallback', 'a call that times out gets the error instead of the substitute answer'],
    ['limitResult', 'cached', 'the whole result is stored and cut again at every hit'],
    ['hedge', 'cached', 'both attempts wait for the same load, so hedging gains nothing'],
    ['retry', 'cached', 'each attempt asks the cache again, and a served stale answer counts as success'],
    ['retry', 'hedge', 'each attempt is hedged on its own, which multiplies the load on a failing dependency'],
    ['breaker', 'cached', 'an open breaker refuses answers that the cache has'],
    ['breaker', 'retry', 'the breaker sees one failure where the dependency had several'],
    [
      'queue',
      'staged',
      'a staged call holds a slot while its steps wait for one, so that a few of them stop the server',
    ],
    ['queue', 'cached', 'hits wait for a free slot'],
    ['queue', 'retry', 'a call keeps its slot while it waits for its next attempt'],
    ['queue', 'breaker', 'a call waits for a slot before an open breaker refuses it'],
  ])('says what breaks when %s stands outside %s', (outer, inner, what) => {
    expect(checkOrder([at(outer), at(inner)])).toEqual([
      `${outer} stands outside ${inner}: ${what}. Recommended, outermost first: ${order}.`,
    ])
    expect(checkOrder([at(inner), at(outer)])).toEqual([])
  })

  it('has a message for every pair in the wrong order, but for a timeout further in', () => {
    for (const [index, inner] of recommendedOrder.entries()) {
      for (const outer of recommendedOrder.slice(index + 1)) {
        const found = checkOrder([at(outer), at(inner)])
        expect(found, `${outer} ${inner}`).toHaveLength(inner === 'timeout' ? 0 : 1)
      }
    }
  })

  it('names the recommended order where it knows nothing more', () => {
    expect(checkOrder([at('queue'), at('metrics')])).toEqual([
      `queue stands outside metrics: the recommended order puts metrics outside queue. Recommended, outermost first: ${order}.`,
    ])
  })

  it('takes a timeout around each load or attempt for a choice, beside an outer one or alone', () => {
    expect(checkOrder([at('timeout'), at('cached'), at('timeout'), at('retry'), at('timeout')])).toEqual([])
    expect(checkOrder([at('retry'), at('timeout')])).toEqual([])
  })

  it('finds pairs that are no neighbours, and says each thing once', () => {
    const found = checkOrder([at('queue'), unstaged, at('retry'), at('queue'), at('cached'), at('cached')])
    expect(found.map((message) => message.split(':')[0])).toEqual([
      'queue stands outside retry',
      'queue stands outside cached',
      'retry stands outside cached',
    ])
  })

  it('takes two of a stage for no mistake', () => {
    expect(checkOrder([at('cached'), at('cached')])).toEqual([])
  })

  it('looks into what is made of parts, however deep', () => {
    const nested = chain(unstaged, only('search', chain(at('queue'))), only('details', at('breaker')))
    expect(checkOrder([nested]).map((message) => message.split(':')[0])).toEqual(['queue stands outside breaker'])
    expect(checkOrder([nested, at('metrics')])).toHaveLength(3)
  })

  it('counts a whole that has a stage of its own as that stage, outside its parts', () => {
    const whole = asMiddleware((call, next) => next(call), { stage: 'breaker', parts: [at('retry')] })
    expect(checkOrder([whole]).map((message) => message.split(':')[0])).toEqual(['breaker stands outside retry'])
  })
})
