import type { McpServer as V1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { McpServer as V2 } from '@modelcontextprotocol/server'
import { expectTypeOf } from 'vitest'
import * as z from 'zod'
import { batcher, batchTool, loader, mapLimit } from './index.ts'

declare const v1: V1
declare const v2: V2
declare const context: object

interface User {
  readonly id: number
}

// A loader's values are what its function gives, less the errors.
const users = loader(async (ids: readonly number[]): Promise<Array<User | undefined | Error>> =>
  ids.map((id) => ({ id })),
)
expectTypeOf(users.load(1, context)).toEqualTypeOf<Promise<User | undefined>>()
expectTypeOf(users.loadMany([1], context)).toEqualTypeOf<Promise<Array<User | undefined | Error>>>()
// @ts-expect-error a key of another type
void users.load('1', context)
// @ts-expect-error without the call
void users.load(1)

const mails = batcher(async (items: readonly string[]) => items.map((item) => item.length))
expectTypeOf(mails.add('a')).toEqualTypeOf<Promise<number>>()

expectTypeOf(mapLimit(['a'], (item) => item.length)).toEqualTypeOf<Promise<number[]>>()
expectTypeOf(mapLimit(['a'], async (item) => item.length, { partial: true })).toEqualTypeOf<
  Promise<Array<PromiseSettledResult<number>>>
>()

// Items, transaction and context flow into the work, and the handler fits tools of both lines.
const note = z.object({ id: z.int(), at: z.string().transform((text) => new Date(text)) })
const addNotes = batchTool({
  item: note,
  transaction: (run: (transaction: { insert(id: number, at: Date): Promise<number> }) => Promise<void>) =>
    run({ insert: async (id) => id }),
  each: ({ id, at }, { transaction, index }) => {
    expectTypeOf(index).toEqualTypeOf<number>()
    return transaction.insert(id, at)
  },
  answer: (results) => {
    expectTypeOf(results).toEqualTypeOf<readonly number[]>()
    return { content: [] }
  },
})
v1.registerTool('add', { inputSchema: { items: z.array(z.unknown()) } }, addNotes)
v2.registerTool('add', { inputSchema: z.object({ items: z.array(note) }) }, addNotes)
// @ts-expect-error the items are elsewhere
v2.registerTool('add', { inputSchema: z.object({ notes: z.array(note) }) }, addNotes)
v2.registerTool(
  'add',
  { inputSchema: z.object({ notes: z.array(note) }) },
  batchTool({ item: note, items: 'notes', all: (items) => items.map(({ at }) => at.getTime()) }),
)
