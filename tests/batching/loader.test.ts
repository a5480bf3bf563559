import { batcher, loader } from '@millrace/batch'
import { timeout } from '@millrace/resilience'
import { describe, expect, it, vi } from 'vitest'
import { doors } from '../fixtures/doors.ts'
import { failureOf, gate, text } from '../fixtures/world.ts'

const hundred = Array.from({ length: 100 }, (_, n) => n)
/** Something to go through on the way to the handler: it gives calls another signal. */
const middleware = [timeout({ timeoutMs: 60_000 })]

describe.each(doors)('a loader in a handler behind $door on SDK $line', ({ open }) => {
  it('makes one batch of a hundred concurrent calls of a client', async () => {
    const batches: Array<readonly number[]> = []
    const doubled = loader(
      async (keys: readonly number[]) => {
        batches.push(keys)
        return keys.map((key) => (key === 7 ? new Error('no such city') : key * 2))
      },
      { share: true },
    )
    const client = await open({
      middleware,
      run: async ({ n = 0 }, _, context) => text(await doubled.load(n, context)),
    })
    const answers = await Promise.all(hundred.map((n) => client.call({ n })))
    for (const [n, answer] of answers.entries())
      expect(answer).toMatchObject(n === 7 ? { ...text('no such city'), isError: true } : text(n * 2))
    expect(batches).toEqual([hundred])
  })

  it('loads once what one call asks for twice, and for each call anew', async () => {
    const batches: Array<readonly number[]> = []
    const doubled = loader(async (keys: readonly number[]) => {
      batches.push(keys)
      return keys.map((key) => key * 2)
    })
    const client = await open({
      middleware,
      run: async ({ n = 0 }, _, context) => {
        const both = await Promise.all([doubled.load(n, context), doubled.load(n, context)])
        return text([...both, await doubled.load(n, context)])
      },
    })
    expect(await client.call({ n: 1 })).toMatchObject(text([2, 2, 2]))
    expect(await client.call({ n: 1 })).toMatchObject(text([2, 2, 2]))
    expect(batches).toEqual([[1], [1]])
  })

  it('aborts a batch when the last client has left that waits for it, and not before', async () => {
    const { promise: begun, open: begin } = gate<AbortSignal>()
    const doubled = loader(
      (keys: readonly number[], { signal }) => {
        begin(signal)
        return new Promise<number[]>((_, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason)),
        ).catch(() => keys.map(() => 0))
      },
      { share: true },
    )
    const client = await open({
      middleware,
      run: async ({ n = 0 }, _, context) => text(await doubled.load(n, context)),
    })
    const leaving = [new AbortController(), new AbortController()] as const
    const left = leaving.map(({ signal }, n) => failureOf(client.call({ n }, { signal })))
    const signal = await begun
    leaving[0].abort('gone')
    expect(await left[0]).toContain('gone')
    expect(signal.aborted).toBe(false)
    leaving[1].abort('gone')
    expect(await left[1]).toContain('gone')
    await vi.waitFor(() => expect(signal.aborted).toBe(true))
  })
})

describe.each(doors)('a batcher in a handler behind $door on SDK $line', ({ open }) => {
  it('gathers what calls bring, fails items one by one, and leaves out those whose client has left', async () => {
    const batches: Array<readonly number[]> = []
    const written = batcher(
      async (items: readonly number[]) => {
        batches.push(items)
        return items.map((item) => (item === 2 ? new Error('is there already') : `wrote ${item}`))
      },
      { maxSize: 10, maxWaitMs: 60_000 },
    )
    let added = 0
    const client = await open({
      middleware,
      run: async ({ n = 0 }, _, context) => {
        const result = written.add(n, context)
        added += 1
        return text(await result)
      },
    })
    const leaving = new AbortController()
    const left = failureOf(client.call({ n: 0 }, { signal: leaving.signal }))
    await vi.waitFor(() => expect(added).toBe(1))
    leaving.abort('gone')
    expect(await left).toContain('gone')
    const answers = [1, 2, 3].map((n) => client.call({ n }))
    await vi.waitFor(() => expect(added).toBe(4))
    await written.flush()
    expect(await Promise.all(answers)).toMatchObject([
      text('wrote 1'),
      { ...text('is there already'), isError: true },
      text('wrote 3'),
    ])
    expect(batches).toEqual([[1, 2, 3]])
  })
})
