import type { Middleware } from '@millrace/core'
import { breaker, fallback, retry } from '@millrace/resilience'
import { describe, expect, it } from 'vitest'
import { doors } from '../fixtures/doors.ts'
import { text } from '../fixtures/world.ts'

type IsFailure = () => boolean

const ways: ReadonlyArray<readonly [name: string, make: (isFailure: IsFailure) => Middleware]> = [
  ['breaker({ isFailure })', (isFailure) => breaker({ size: 1, openMs: 60_000, isFailure })],
  ['retry({ isFailure })', (isFailure) => retry({ delaysMs: 0, isRetryable: () => true, isFailure })],
  ['fallback({ when })', (when) => fallback({ content: [{ type: 'text', text: 'instead' }] }, { when })],
]

describe.each(doors.filter(({ seesInvalid }) => seesInvalid))(
  'arguments that do not fit, by $door on SDK $line,',
  (door) => {
    it.each(ways)('never reach the predicate of %s', async (_, make) => {
      let [asked, runs] = [0, 0]
      const client = await door.open({
        middleware: [make(() => (asked += 1) > 0)],
        annotations: { readOnlyHint: true },
        run: async () => {
          runs += 1
          return text('well')
        },
      })
      for (let call = 0; call < 5; call += 1) {
        const answer = await client.call({ n: 'no number' })
        expect(answer).toMatchObject({ isError: true })
        expect(JSON.stringify(answer)).toMatch(/expected number/)
      }
      expect([asked, runs]).toEqual([0, 0])
      await client.call()
      expect(asked).toBeGreaterThan(0)
    })
  },
)
