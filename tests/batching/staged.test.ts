import { staged } from '@millrace/batch'
import { invoke } from '@millrace/mcp'
import { queue } from '@millrace/queue'
import { describe, expect, it, vi } from 'vitest'
import { doors } from '../fixtures/doors.ts'
import { failureOf, gate, said, text } from '../fixtures/world.ts'

const step = (id: string, n: unknown) => ({ id, tool: 'tool', arguments: { n } })
const run = { name: 'run_steps' }

describe.each(doors)('staged over a tool behind $door on SDK $line', ({ open }) => {
  it('runs independent steps side by side, then those that use their results, each through its own layers', async () => {
    const own = queue({ maxConcurrent: 10 })
    const { promise: bothRun, open: go } = gate()
    const running = new Set<number>()
    const client = await open({
      outside: [staged({ invoke })],
      middleware: [own],
      run: async ({ n = 0 }) => {
        running.add(n)
        if (n < 3) {
          if (running.size === 2) go()
          await bothRun
        }
        return { ...text(n), structuredContent: { sum: n + 10 } }
      },
    })
    const steps = [step('a', 1), step('b', 2), step('c', { $ref: 'a.sum' })]
    const answer = await client.call({ steps, return: ['a', 'b', 'c'] }, run)
    expect(answer['structuredContent']).toMatchObject({
      steps: { a: { status: 'ok' }, b: { status: 'ok' }, c: { status: 'ok', value: { sum: 21 } } },
    })
    expect([...running]).toEqual([1, 2, 11])
    expect(own.state()).toMatchObject({ inFlight: 0, depth: 0 })
  })

  it('says which steps go round in a circle, and runs nothing', async () => {
    let runs = 0
    const client = await open({
      outside: [staged({ invoke })],
      middleware: [queue()],
      run: async () => {
        runs += 1
        return text('')
      },
    })
    const steps = [step('a', { $ref: 'b.sum' }), step('b', { $ref: 'a.sum' })]
    const answer = await client.call({ steps }, run)
    expect(answer).toMatchObject({ isError: true })
    expect(said(answer)).toMatch(/a → b → a|b → a → b/)
    expect(runs).toBe(0)
  })

  it('cancels what runs when its client leaves', async () => {
    const own = queue({ maxConcurrent: 1 })
    const signals: AbortSignal[] = []
    const client = await open({
      outside: [staged({ invoke })],
      middleware: [own],
      run: (_, signal) => {
        signals.push(signal)
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
      },
    })
    const leaving = new AbortController()
    const steps = [step('a', 1), step('b', 2)]
    const left = failureOf(client.call({ steps }, { ...run, signal: leaving.signal }))
    await vi.waitFor(() => expect(own.state()).toMatchObject({ inFlight: 1, depth: 1 }))
    leaving.abort('gone')
    expect(await left).toContain('gone')
    await vi.waitFor(() => expect(own.state()).toMatchObject({ inFlight: 0, depth: 0 }))
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  })
})
