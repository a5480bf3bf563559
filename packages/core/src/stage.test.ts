import { expect, expectTypeOf, it } from 'vitest'
import { recommendedOrder } from './stage.ts'
import type { Stage } from './stage.ts'

it('names every stage once, and stages only', () => {
  expect(new Set(recommendedOrder).size).toBe(recommendedOrder.length)
  expectTypeOf<Stage>().toEqualTypeOf<(typeof recommendedOrder)[number]>()
  expectTypeOf<'handler'>().not.toExtend<Stage>()
})

it('puts whatever saves work outside whatever does it', () => {
  expect(recommendedOrder).toEqual([
    'metrics',
    'gate',
    'authorize',
    'rateLimit',
    'staged',
    'fallback',
    'timeout',
    'cached',
    'limitResult',
    'hedge',
    'retry',
    'breaker',
    'queue',
  ])
})
