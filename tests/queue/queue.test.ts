import { queue } from '@millrace/queue'
import { timeout } from '@millrace/resilience'
import { describe, expect, it, vi } from 'vitest'
import { doors } from '../fixtures/doors.ts'
import { aborted, failureOf, gate, said, text } from '../fixtures/world.ts'

/** A handler whose calls run until they are told to end, in the order in which they started. */
const holding = () => {
  const started: Array<{ readonly n: number | undefined; readonly end: () => void }> = []
  const run = async ({ n }: { readonly n?: number }) => {
    const { promise, open } = gate()
    started.push({ n, end: open })
    await promise
    return text(n)
  }
  return { started, run }
}

describe.each(doors)('queue by $door on SDK $line', ({ open }) => {
  it('lets so many run, has others wait, and refuses the rest in words', async () => {
    const own = queue({ maxConcurrent: 1, maxQueued: 1 })
    const { started, run } = holding()
    const client = await open({ middleware: [own], run })
    const first = client.call({ n: 1 })
    await vi.waitFor(() => expect(started).toHaveLength(1))
    const second = client.call({ n: 2 })
    await vi.waitFor(() => expect(own.state()).toMatchObject({ inFlight: 1, depth: 1 }))
    expect(await client.call({ n: 3 })).toMatchObject({
      ...text('tools/call tool was not started because too many calls are waiting.'),
      isError: true,
      _meta: { 'millrace/reason': 'queue_full' },
    })
    started[0]!.end()
    expect(await first).toMatchObject(text(1))
    await vi.waitFor(() => expect(started).toHaveLength(2))
    started[1]!.end()
    expect(await second).toMatchObject(text(2))
    expect(own.state()).toMatchObject({ inFlight: 0, depth: 0 })
    expect(client.answers()).toBe(3)
  })

  it('never runs what waits for a client that has left, and loses nobody behind it', async () => {
    const own = queue({ maxConcurrent: 1 })
    const { started, run } = holding()
    const client = await open({ middleware: [own], run })
    const first = client.call({ n: 1 })
    await vi.waitFor(() => expect(started).toHaveLength(1))
    const leaving = new AbortController()
    const left = failureOf(client.call({ n: 2 }, { signal: leaving.signal }))
    const third = client.call({ n: 3 })
    await vi.waitFor(() => expect(own.state().depth).toBe(2))
    leaving.abort('no longer wanted')
    expect(await left).toContain('no longer wanted')
    await vi.waitFor(() => expect(own.state()).toMatchObject({ inFlight: 1, depth: 1 }))
    started[0]!.end()
    await first
    await vi.waitFor(() => expect(started.map(({ n }) => n)).toEqual([1, 3]))
    started[1]!.end()
    expect(await third).toMatchObject(text(3))
  })

  it('has every slot back, however calls end', async () => {
    const own = queue({ maxConcurrent: 1, maxQueued: 0, graceMs: 0 })
    const leaving = new AbortController()
    const client = await open({
      middleware: [own],
      run: async ({ n }, signal) => {
        if (n === 1) throw new Error('broken')
        if (n === 2) return { ...text('no such city'), isError: true }
        if (n !== 3) return text(n)
        leaving.abort('no longer wanted')
        await aborted(signal)
        throw new Error('stopped')
      },
    })
    expect(await client.call({ n: 1 })).toMatchObject({ ...text('broken'), isError: true })
    expect(await client.call({ n: 2 })).toMatchObject({ ...text('no such city'), isError: true })
    await expect(client.call({ n: 3 }, { signal: leaving.signal })).rejects.toThrow('no longer wanted')
    await vi.waitFor(() => expect(own.state().inFlight).toBe(0))
    expect(await client.call({ n: 4 })).toMatchObject(text(4))
  })

  it('has the slot back of a handler that never settles, once its call has timed out', async () => {
    const own = queue({ maxConcurrent: 1, discipline: 'fifo', graceMs: 0 })
    const client = await open({
      middleware: [timeout({ timeoutMs: ({ input }) => ((input as { n: number }).n === 1 ? 100 : 60_000) }), own],
      run: ({ n }) => (n === 1 ? new Promise(() => {}) : Promise.resolve(text(n))),
    })
    const answers = [1, 2, 3].map((n) => client.call({ n }))
    expect(said(await answers[0]!)).toContain('took longer than 100 ms')
    expect(await answers[1]).toMatchObject(text(2))
    expect(await answers[2]).toMatchObject(text(3))
    expect(own.state()).toMatchObject({ inFlight: 0, depth: 0 })
  })
})
