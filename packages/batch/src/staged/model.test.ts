import fc from 'fast-check'
import { expect, it } from 'vitest'
import { stagedWorld, turn } from '../fixtures/stagedWorld.ts'

/** A graph without cycles: each step needs some of those before it; and the order in which it is written down. */
const graph = fc.array(fc.array(fc.nat(20), { maxLength: 3 }), { minLength: 1, maxLength: 12 }).chain((needs) =>
  fc.record({
    needs: fc.constant(needs.map((some, at) => [...new Set(some.map((one) => one % 12).filter((one) => one < at))])),
    written: fc.shuffledSubarray([...needs.keys()], { minLength: needs.length, maxLength: needs.length }),
    failing: fc.uniqueArray(fc.nat(11), { maxLength: 2 }),
    finishing: fc.infiniteStream(fc.nat(20)),
  }),
)

it('runs every step once, after those it needs and no later, with their values, whatever the graph', async () => {
  await fc.assert(
    fc.asyncProperty(graph, async ({ needs, written, failing, finishing }) => {
      const open = new Map<number, () => void>()
      const ended = new Set<number>()
      const begun: number[] = []
      const tool = (args: object) => {
        const { n: own, got } = args as { readonly n: number; readonly got: readonly number[] }
        expect(got).toEqual((needs[own] as number[]).map((one) => one * 10))
        begun.push(own)
        return new Promise<unknown>((resolve) => {
          const result = failing.includes(own)
            ? { content: [{ type: 'text', text: 'no' }], isError: true }
            : { v: own * 10 }
          open.set(own, () => resolve(result))
        })
      }
      const { send } = stagedWorld({ tool }, { maxConcurrent: 100 })
      const steps = written.map((n) => {
        const got = (needs[n] as number[]).map((one) => ({ $ref: `s${one}.v` }))
        return { id: `s${n}`, tool: 'tool', arguments: { n, got } }
      })
      const { answer } = send({ steps })
      // What the model says: a step runs when all it needs went well, and is skipped when one did not.
      const isDead = (n: number): boolean => (needs[n] as number[]).some((one) => failing.includes(one) || isDead(one))
      const isReady = (n: number) => !isDead(n) && (needs[n] as number[]).every((one) => ended.has(one))
      for (;;) {
        await turn()
        expect(begun.toSorted((a, b) => a - b)).toEqual([...needs.keys()].filter(isReady))
        const running = [...open.keys()]
        const next = running[(finishing.next().value as number) % Math.max(1, running.length)]
        if (next === undefined) break
        open.get(next)?.()
        open.delete(next)
        ended.add(next)
      }
      const { structuredContent } = (await answer) as { structuredContent?: { steps: Record<string, object> } }
      expect(new Set(begun).size).toBe(begun.length)
      for (const n of needs.keys()) {
        const status = isDead(n) ? 'skipped' : failing.includes(n) ? 'error' : 'ok'
        expect(structuredContent?.steps[`s${n}`]).toMatchObject({ status })
      }
    }),
    { numRuns: 150 },
  )
})
