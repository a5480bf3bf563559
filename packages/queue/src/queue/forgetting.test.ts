import { queryObjects } from 'node:v8'
import { fakeCall, manualClock } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { settle } from '../fixtures/world.ts'
import { queue } from '../index.ts'
import type { Queue } from '../index.ts'
import { CallClass } from './callClass.ts'
import { Flow } from './flow.ts'
import { Gate } from './gate.ts'
import { Party } from './party.ts'
import { Slot } from './slot.ts'
import { Waiter } from './waiter.ts'

const crowd = 100_000
const atOnce = 5000

const inMemory = (kind: new (...args: never[]) => object): number => queryObjects(kind, { format: 'count' })

/** Sends the crowd in portions, each caller with a name and a tool of its own, and waits until all of a portion are through. */
const visit = async (own: Queue) => {
  const clock = manualClock()
  let ended = 0
  for (let from = 0; from < crowd; from += atOnce) {
    const calls = Array.from({ length: atOnce }, (_, index) => {
      const who = `visitor ${from + index}`
      return fakeCall({ clock, target: `tool of ${who}`, principal: who })
    })
    const answers = calls.map((call) => own(call, () => Promise.resolve({ content: [] })))
    for (const answer of answers) {
      answer.then(
        () => (ended += 1),
        () => (ended += 1),
      )
    }
    calls.forEach((call, index) => index % 3 === 0 && call.abort('gone'))
    await settle()
    clock.advance(2000)
    await settle()
  }
  expect(ended).toBe(crowd)
}

describe('a hundred thousand principals, each with a tool of its own', () => {
  it.each<[string, Parameters<typeof queue>[0], boolean]>([
    ['are answered at once', { maxConcurrent: atOnce }, false],
    ['wait for their turn', { maxConcurrent: 10, discipline: 'fifo', maxQueued: Infinity }, false],
    ['wait, and are refused or gone before it is their turn', { maxConcurrent: 1, maxWaitMs: 1000 }, true],
    ['are refused', { maxConcurrent: 1, maxQueued: 0 }, true],
  ])(
    'leave behind no more than the last few of them: when they %s',
    async (_, options, isBusy) => {
      const own = queue({ perTool: 1, perPrincipal: 1, ...options })
      let open = () => {}
      const call = fakeCall({ target: 'long', principal: 'long' })
      const long = isBusy && own(call, () => new Promise((resolve) => (open = () => resolve({ content: [] }))))
      await visit(own)
      open()
      await long
      await own.idle()
      expect(own.state()).toMatchObject({ inFlight: 0, depth: 0 })
      // A gate for each tool, principal and class that may be kept, one for the server.
      expect(inMemory(Gate)).toBeLessThanOrEqual(3 * 1000 + 2)
      expect(inMemory(CallClass)).toBeLessThanOrEqual(1000)
      expect([Party, Flow, Waiter, Slot].map(inMemory)).toEqual([0, 0, 0, 0])
    },
    60_000,
  )
})
