import { batchTool, mapLimit } from '@millrace/batch'
import { timeout } from '@millrace/resilience'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { doors } from '../fixtures/doors.ts'
import { failureOf, said, text } from '../fixtures/world.ts'

const middleware = [timeout({ timeoutMs: 60_000 })]
const range = (n: number) => Array.from({ length: n }, (_, item) => item)

describe.each(doors)('mapLimit in a handler behind $door on SDK $line', ({ open }) => {
  it('tells a client who asks how far it is, and keeps what failed by its index', async () => {
    const client = await open({
      middleware,
      run: async (_, __, context) => {
        const work = async (item: number) => {
          if (item === 2) throw new Error('broken')
          return item
        }
        const results = await mapLimit(range(5), work, { maxConcurrent: 2, call: context, partial: true })
        return text(results.map(({ status }) => status))
      },
    })
    const progress: Array<{ readonly progress: number; readonly total?: number | undefined }> = []
    const answer = await client.call({}, { onprogress: (one) => progress.push(one) })
    expect(said(answer)).toBe('fulfilled,fulfilled,rejected,fulfilled,fulfilled')
    expect(progress.at(-1)).toMatchObject({ progress: 5, total: 5 })
  })

  it('starts nothing more when its client leaves, and tells what runs', async () => {
    const started: number[] = []
    const told: number[] = []
    const client = await open({
      middleware,
      run: async (_, __, context) => {
        const work = (item: number, _index: number, { signal }: { readonly signal: AbortSignal }) => {
          started.push(item)
          return new Promise<never>((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              told.push(item)
              reject(signal.reason as Error)
            })
          })
        }
        return text(await mapLimit(range(100), work, { maxConcurrent: 3, call: context }))
      },
    })
    const leaving = new AbortController()
    const left = failureOf(client.call({}, { signal: leaving.signal }))
    await vi.waitFor(() => expect(started).toEqual([0, 1, 2]))
    leaving.abort('gone')
    expect(await left).toContain('gone')
    await vi.waitFor(() => expect(told).toEqual([0, 1, 2]))
    expect(started).toEqual([0, 1, 2])
  })
})

describe.each(doors)('mapLimit over a stream in a handler behind $door on SDK $line', ({ open }) => {
  it('tells its client how far it is, reads no more when that leaves, and closes the stream', async () => {
    const read: number[] = []
    let closed = 0
    async function* rows(count: number) {
      try {
        for (let row = 0; row < count; row += 1) {
          read.push(row)
          yield row
        }
      } finally {
        closed += 1
      }
    }
    const client = await open({
      middleware,
      run: async ({ n }, signal, context) => {
        const work = (row: number) => (n === 0 ? row : new Promise<number>((_, reject) => onceAborted(signal, reject)))
        return text(await mapLimit(rows(5), work, { maxConcurrent: 2, call: context }))
      },
    })
    const progress: Array<{ readonly progress: number; readonly total?: number | undefined }> = []
    expect(said(await client.call({ n: 0 }, { onprogress: (one) => progress.push(one) }))).toBe('0,1,2,3,4')
    expect(progress.at(-1)?.progress).toBe(5)
    const leaving = new AbortController()
    const left = failureOf(client.call({ n: 1 }, { signal: leaving.signal }))
    await vi.waitFor(() => expect(read).toEqual([0, 1, 2, 3, 4, 0, 1]))
    leaving.abort('gone')
    expect(await left).toContain('gone')
    await vi.waitFor(() => expect(closed).toBe(2))
    expect(read).toHaveLength(7)
  })
})

const onceAborted = (signal: AbortSignal, run: (reason: Error) => void): void =>
  signal.addEventListener('abort', () => run(signal.reason as Error))

describe.each(doors)('batchTool behind $door on SDK $line', ({ open }) => {
  it('names a bad row by its index and writes nothing, then writes all in one transaction', async () => {
    const log: string[] = []
    const transaction = async <Result>(work: (tx: object) => Promise<Result>) => {
      log.push('begin')
      const result = await work({})
      log.push('commit')
      return result
    }
    const handler = batchTool({
      item: z.object({ city: z.int(), text: z.string().min(1) }),
      transaction,
      each: async ({ city }) => {
        log.push(`write ${city}`)
        return city
      },
    })
    const rows = [
      { city: 1, text: 'a' },
      { city: 2, text: '' },
    ]
    const client = await open({
      middleware,
      run: ({ n }, _, context) => handler({ items: n === undefined ? rows : rows.slice(0, n) }, context as never),
    })
    const refused = await client.call()
    expect(refused).toMatchObject({ isError: true })
    expect(said(refused)).toContain('items[1].text')
    expect(log).toEqual([])
    expect(await client.call({ n: 1 })).not.toMatchObject({ isError: true })
    expect(log).toEqual(['begin', 'write 1', 'commit'])
  })
})
