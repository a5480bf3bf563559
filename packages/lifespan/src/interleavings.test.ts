import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Resource } from '@millrace/core'
import { deferred } from '@millrace/core/testing'
import type { Deferred } from '@millrace/core/testing'
import { settle } from './fixtures/settle.ts'
import { lifespan } from './lifespan.ts'

interface Life {
  readonly needs: readonly string[]
  readonly start: Deferred<void>
  readonly close: Deferred<void>
  state: 'idle' | 'starting' | 'started' | 'failed' | 'closing' | 'closed'
}

/** For resource n, which of those before it it needs: any graph without a circle. */
const graphs = fc
  .integer({ min: 1, max: 7 })
  .chain((size) =>
    fc.tuple(...Array.from({ length: size }, (_, n) => fc.subarray(Array.from({ length: n }, (__, m) => m)))),
  )

it('starts and closes any graph in order, whatever ends first, fails or is stopped', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.infiniteStream(fc.nat(99)), fc.option(fc.nat(10)), async (graph, luck, stopAfter) => {
      const { lives, resources } = living(graph)
      const app = lifespan(resources, { signals: false })
      let outcome = 'open'
      app.start().then(
        () => (outcome = 'started'),
        () => (outcome = 'failed'),
      )
      for (let step = 0; ; step += 1) {
        await settle()
        if (step === stopAfter || outcome === 'started') {
          void app.stop()
          await settle()
        }
        const open = [...lives.values()].filter(({ state }) => state === 'starting' || state === 'closing')
        const one = open[luckOf(luck) % Math.max(1, open.length)]
        if (one === undefined) break
        if (one.state === 'closing') one.close.resolve()
        else if (luckOf(luck) < 90) one.start.resolve()
        else one.start.reject(new Error('no luck'))
      }
      await settle()
      const states = [...lives.values()].map(({ state }) => state)
      expect(outcome).not.toBe('open')
      expect(states.filter((state) => state !== 'idle' && state !== 'failed' && state !== 'closed')).toEqual([])
      if (outcome === 'started') expect(states.every((state) => state === 'closed')).toBe(true)
      else if (stopAfter === null || app.state === 'failed') expect(states).toContain('failed')
    }),
    { numRuns: 300 },
  )
})

const luckOf = (luck: Iterator<number>): number => luck.next().value as number

/** Resources that check, whenever something happens to them, that it may. */
const living = (graph: readonly (readonly number[])[]) => {
  const lives = new Map<string, Life>()
  const resources: { [name: string]: Resource } = {}
  const neededBy = (name: string) => [...lives.values()].filter(({ needs }) => needs.includes(name))
  graph.forEach((needed, n) => {
    const name = `r${n}`
    const needs = needed.map((m) => `r${m}`)
    const life: Life = { needs, start: deferred(), close: deferred(), state: 'idle' }
    lives.set(name, life)
    resources[name] = {
      needs: Object.fromEntries(needs.map((need) => [need, resources[need] as Resource])),
      start: async () => {
        expect(life.state).toBe('idle')
        for (const need of needs) expect(lives.get(need)?.state).toBe('started')
        life.state = 'starting'
        try {
          await life.start.promise
          life.state = 'started'
        } catch (error) {
          life.state = 'failed'
          throw error
        }
      },
      close: async () => {
        expect(life.state).toBe('started')
        for (const other of neededBy(name)) expect(['idle', 'failed', 'closed']).toContain(other.state)
        life.state = 'closing'
        await life.close.promise
        life.state = 'closed'
      },
    }
  })
  return { lives, resources }
}
