import { breaker, fallback } from '@millrace/resilience'
import { describe, expect, it } from 'vitest'
import { doors } from '../fixtures/doors.ts'
import { text } from '../fixtures/world.ts'

describe.each(doors)('fallback by $door on SDK $line', ({ open }) => {
  it('answers for a tool that throws, and goes on when the breaker no longer asks it', async () => {
    const circuit = breaker({ size: 2 })
    let runs = 0
    const client = await open({
      middleware: [fallback(text('the last known answer')), circuit],
      run: async () => {
        runs += 1
        throw new Error('down')
      },
    })
    const outcomes: unknown[] = []
    for (let call = 0; call < 4; call += 1) {
      const answer = await client.call()
      expect(answer).toMatchObject(text('the last known answer'))
      expect(answer['isError']).not.toBe(true)
      outcomes.push((answer['_meta'] as { readonly [key: string]: unknown })['millrace/fallback'])
    }
    expect(outcomes).toEqual(['failed', 'failed', 'rejected', 'rejected'])
    expect([runs, circuit.state('tools/call tool')?.type]).toEqual([2, 'open'])
  })

  it('makes its answer of the call and of what the handler threw', async () => {
    const thrown = new Error('down')
    const seen: unknown[] = []
    const client = await open({
      middleware: [
        fallback((call, error) => {
          seen.push(error)
          return text(`instead of ${JSON.stringify(call.input)}`)
        }),
      ],
      run: () => Promise.reject(thrown),
    })
    expect(await client.call({ n: 7 })).toMatchObject(text('instead of {"n":7}'))
    expect(seen).toHaveLength(1)
    expect(seen[0]).toBe(thrown)
  })

  it('leaves answers alone, good ones and isError of the tool’s own', async () => {
    const client = await open({
      middleware: [fallback(text('instead'))],
      run: async ({ n }) => ({ ...text(n), isError: n === 2 }),
    })
    expect(await client.call({ n: 1 })).toMatchObject(text(1))
    expect(await client.call({ n: 2 })).toMatchObject({ ...text(2), isError: true })
  })

  it('never hides from a caller that the arguments do not fit', async () => {
    const client = await open({ middleware: [fallback(text('instead'))], run: async () => text('never') })
    const answer = await client.call({ n: 'no number' })
    expect(answer).toMatchObject({ isError: true })
    expect(JSON.stringify(answer)).toContain('Invalid arguments for tool tool')
    expect(answer['_meta'] ?? {}).not.toHaveProperty(['millrace/fallback'])
  })
})
