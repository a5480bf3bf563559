import { fakeCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { batchTool, ItemError } from '../index.ts'
import type { BatchToolOptions } from '../index.ts'

const note = z.object({ city: z.int(), text: z.string().min(1), at: z.object({ line: z.int() }).optional() })
type Note = z.infer<typeof note>

/** A table with transactions, and what was committed to it. */
const tableOf = () => {
  const rows: Note[] = []
  const log: string[] = []
  return {
    rows,
    log,
    transaction: async (run: (pending: Note[]) => Promise<void>) => {
      const pending: Note[] = []
      log.push('begin')
      try {
        await run(pending)
      } catch (error) {
        log.push('rollback')
        throw error
      }
      rows.push(...pending)
      log.push('commit')
    },
  }
}

const notes = (count: number): Note[] => Array.from({ length: count }, (_, n) => ({ city: n, text: `note ${n}` }))

describe('a batch tool', () => {
  it('works on every item inside one transaction', async () => {
    const table = tableOf()
    const addNotes = batchTool({
      item: note,
      transaction: table.transaction,
      each: (item, { transaction, index }) => {
        transaction.push(item)
        return { id: index }
      },
    })
    expect(await addNotes({ items: notes(3) }, undefined)).toEqual({
      content: [{ type: 'text', text: '{"results":[{"id":0},{"id":1},{"id":2}]}' }],
      structuredContent: { results: [{ id: 0 }, { id: 1 }, { id: 2 }] },
    })
    expect(table.rows).toEqual(notes(3))
    expect(table.log).toEqual(['begin', 'commit'])
  })

  it('names each mistake by the index of its item, and begins nothing', async () => {
    const table = tableOf()
    const addNotes = batchTool({ item: note, items: 'notes', transaction: table.transaction, each: () => 1 })
    const items = [...notes(1), { city: 1.5, text: '' }, ...notes(1), 'no object', { city: 1, text: 'a', at: {} }]
    const { content, structuredContent, isError } = await addNotes({ notes: items }, undefined)
    expect(isError).toBe(true)
    expect(content[0]?.text.split('\n')).toEqual([
      'Nothing was done: 3 of 5 items are not right.',
      expect.stringMatching(/^notes\[1\]\.city: /),
      expect.stringMatching(/^notes\[1\]\.text: /),
      expect.stringMatching(/^notes\[3\]: /),
      expect.stringMatching(/^notes\[4\]\.at\.line: /),
    ])
    expect(structuredContent).toMatchObject({
      issues: [{ index: 1, path: 'city' }, { index: 1 }, { index: 3 }, { index: 4 }],
    })
    expect(table.log).toEqual([])
  })

  it('names the first twenty mistakes and counts the rest', async () => {
    const tool = batchTool({ item: note, each: () => 1 })
    const { content } = await tool({ items: Array.from({ length: 30 }, () => 5) }, undefined)
    const lines = content[0]?.text.split('\n') ?? []
    expect(lines).toHaveLength(22)
    expect(lines.at(-1)).toBe('and 10 more')
  })

  it('rolls everything back when an item fails, and names it', async () => {
    const table = tableOf()
    const failure = new Error('no such city')
    const addNotes = batchTool({
      item: note,
      transaction: table.transaction,
      each: (item, { transaction }) => {
        if (item.city === 2) throw failure
        transaction.push(item)
      },
    })
    const error = await addNotes({ items: notes(4) }, undefined).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ItemError)
    expect(error).toMatchObject({ name: 'ItemError', index: 2, message: 'items[2]: no such city', cause: failure })
    expect(table.rows).toEqual([])
    expect(table.log).toEqual(['begin', 'rollback'])
  })

  it('names the item when the work on all of them says which', async () => {
    const tool = batchTool({
      item: note,
      all: () => {
        throw new ItemError(3, 'is a duplicate')
      },
    })
    await expect(tool({ items: notes(4) }, undefined)).rejects.toThrow('items[3]: is a duplicate')
    const each = batchTool({
      item: note,
      each: () => {
        throw new ItemError(0, 'own words')
      },
    })
    await expect(each({ items: notes(1) }, undefined)).rejects.toThrow(/^items\[0\]: own words$/)
    const text = batchTool({ item: note, each: () => Promise.reject('a text') })
    await expect(text({ items: notes(1) }, undefined)).rejects.toThrow('items[0]: a text')
  })

  it('gives the items as the schema makes them, all at once when asked for', async () => {
    const item = z.object({ n: z.string().transform(Number) })
    const sum = batchTool({
      item,
      all: (items) => [items.reduce((total, { n }) => total + n, 0)],
      answer: ([total], items) => ({ content: [{ type: 'text', text: `${items.length} make ${total}` }] }),
    })
    expect(await sum({ items: [{ n: '1' }, { n: '2' }] }, undefined)).toEqual({
      content: [{ type: 'text', text: '2 make 3' }],
    })
  })

  it.each([
    [5, 'a number'],
    [undefined, 'undefined'],
    [{ rows: [] }, 'an object'],
  ])('rolls back when the work on all of them gives %j, which is no array of results', async (bad, got) => {
    const log: string[] = []
    const transaction = async (run: (client: undefined) => Promise<void>) => {
      try {
        await run(undefined)
        log.push('commit')
      } catch (error) {
        log.push('rollback')
        throw error
      }
    }
    const tool = batchTool({ item: note, transaction, all: async () => bad as never })
    await expect(tool({ items: notes(1) }, undefined)).rejects.toThrow(
      `batchTool.all must give an array of results, got ${got}`,
    )
    expect(log).toEqual(['rollback'])
  })

  it('waits for schemas that take their time, and takes any library’s', async () => {
    const item = {
      '~standard': {
        version: 1 as const,
        vendor: 'own',
        validate: async (value: unknown) =>
          value === 5 ? { issues: [{ message: 'no five', path: [{ key: 'a' }, 0] }] } : { value: Number(value) },
      },
    }
    const tool = batchTool({ item, each: (n) => (n as number) + 1 })
    expect((await tool({ items: [1, '2'] }, undefined)).structuredContent).toEqual({ results: [2, 3] })
    expect((await tool({ items: [1, 5] }, undefined)).content[0]?.text).toBe(
      'Nothing was done: 1 of 2 items is not right.\nitems[1].a.0: no five',
    )
  })

  it.each<[unknown, string]>([
    [{ items: [] }, 'items must hold 1 to 3 items, got 0. Nothing was done.'],
    [{ items: notes(4) }, 'items must hold 1 to 3 items, got 4. Nothing was done.'],
    [{ items: 'all' }, 'items must be an array of items.'],
    [undefined, 'items must be an array of items.'],
  ])('answers %j with a sentence', async (args, message) => {
    const tool = batchTool({ item: note, maxItems: 3, each: () => 1 })
    expect(await tool(args as never, undefined)).toEqual({ content: [{ type: 'text', text: message }], isError: true })
  })

  it('stops between items when its caller has gone, and rolls back', async () => {
    const table = tableOf()
    const call = fakeCall()
    let done = 0
    const tool = batchTool({
      item: note,
      transaction: table.transaction,
      each: () => {
        done += 1
        if (done === 2) call.abort('left')
      },
    })
    await expect(tool({ items: notes(4) }, call)).rejects.toBe('left')
    expect(done).toBe(2)
    expect(table.log).toEqual(['begin', 'rollback'])
    await expect(tool({ items: notes(1) }, call)).rejects.toBe('left')
    expect(done).toBe(2)
  })
})

describe('a transaction hook', () => {
  const withHook = (transaction: NonNullable<BatchToolOptions<typeof note, number, number>['transaction']>) => {
    let runs = 0
    const tool = batchTool({
      item: note,
      transaction,
      each: () => {
        runs += 1
        if (runs === 1) throw new Error('serialization failure')
        return runs
      },
    })
    return tool({ items: notes(1) }, undefined)
  }

  it('may run the work again', async () => {
    const { structuredContent } = await withHook((run) => run(1).catch(() => run(2)))
    expect(structuredContent).toEqual({ results: [2] })
  })

  it('that hides the failure does not make it a success', async () => {
    await expect(withHook((run) => run(1).catch(() => {}))).rejects.toThrow('items[0]: serialization failure')
  })

  it('that never runs the work is a mistake of its author', async () => {
    await expect(withHook(async () => {})).rejects.toThrow(
      'batchTool.transaction must run the function that it is given, and wait for it',
    )
  })

  it('that cannot commit fails the call', async () => {
    const tool = batchTool({
      item: note,
      transaction: async (run: (tx: undefined) => Promise<void>) => {
        await run(undefined)
        throw new Error('could not commit')
      },
      each: () => 1,
    })
    await expect(tool({ items: notes(1) }, undefined)).rejects.toThrow('could not commit')
  })
})

it.each<[object, string]>([
  [{ each: () => 1 }, 'batchTool.item must be a Standard Schema, got undefined'],
  [{ item: {}, each: () => 1 }, 'batchTool.item must be a Standard Schema, got an object'],
  [{ item: note }, 'batchTool: give either each, for one item after the other, or all, for all at once'],
  [{ item: note, each: () => 1, all: () => [] }, 'batchTool: give either each'],
  [{ item: note, each: () => 1, maxItems: 0 }, 'batchTool.maxItems must be an integer ≥ 1, got 0'],
  [{ item: note, each: () => 1, max: 1 }, 'batchTool.max is not an option'],
])('batchTool refuses %o', (options, message) => {
  expect(() => batchTool(options as never)).toThrow(message)
})
