import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fakeProcess, lines, wholeOf } from '../fixtures/counting.ts'
import type { FakeProcess } from '../fixtures/counting.ts'

type Step =
  | { readonly does: 'call'; readonly tool: string; readonly times: number }
  | { readonly does: 'tell' | 'die' | 'leave' | 'silent' | 'reset' }

const steps = fc.array(
  fc.tuple(
    fc.nat(2),
    fc.oneof<fc.Arbitrary<Step>[]>(
      fc.record({
        does: fc.constant('call' as const),
        tool: fc.constantFrom('a', 'b'),
        times: fc.integer({ min: 1, max: 3 }),
      }),
      fc.record({ does: fc.constantFrom('tell' as const, 'die', 'leave', 'silent', 'reset') }),
    ),
  ),
  { maxLength: 40 },
)

const total = async (whole: ReturnType<typeof wholeOf>): Promise<number> => {
  const shown = await lines(whole, 'mcp_requests_total')
  return shown.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}

it('never shows more than has been counted, nor less than before, whatever becomes of the processes', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const whole = wholeOf()
      let made = 0
      const fresh = () => ({ one: fakeProcess(), id: `${(made += 1)}`, told: 0, counted: 0 })
      const places = [fresh(), fresh(), fresh()] as Array<{
        one: FakeProcess
        id: string
        told: number
        counted: number
      }>
      let shown = 0
      let known = 0
      for (const [at, step] of all) {
        const place = places[at]!
        const tell = async () => {
          whole.take({ id: place.id, worker: `${at + 1}` }, await place.one.sent())
          known += place.counted - place.told
          place.told = place.counted
        }
        if (step.does === 'call') {
          await place.one.call(step.tool, step.times)
          place.counted += step.times
        } else if (step.does === 'tell') await tell()
        else if (step.does === 'silent') whole.silence(place.id)
        else if (step.does === 'reset') {
          await tell()
          place.one.numbers.registry.resetMetrics()
          await tell()
        } else {
          if (step.does === 'leave') await tell()
          whole.end(place.id)
          places[at] = fresh()
        }
        const now = await total(whole)
        expect(now).toBeGreaterThanOrEqual(shown)
        expect(now).toBe(known)
        shown = now
      }
    }),
    { numRuns: 60 },
  )
})
