import { held } from '@millrace/core/testing'
import { afterEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { lines } from './fixtures/lines.ts'
import type { TestClient, TestServer } from './fixtures/lines.ts'
import { batchTool, cached, loader, mapLimit, use, wrap } from './index.ts'
import type { Middleware } from './index.ts'

const closing: TestClient[] = []
afterEach(async () => {
  for (const client of closing.splice(0)) await client.close()
})

const textOf = (result: object): string =>
  (result as { readonly content: ReadonlyArray<{ readonly text: string }> }).content.map(({ text }) => text).join('')
const says = (text: unknown) => ({ content: [{ type: 'text', text: String(text) }] })
const inputSchema = z.object({ id: z.int() })
const asIs: Middleware = (call, next) => next(call)

describe.each(lines)('over a real client, $line', ({ connect }) => {
  const open = async (fill: (server: TestServer) => unknown): Promise<TestClient> => {
    const client = await connect(fill)
    closing.push(client)
    return client
  }

  describe.each<[string, (server: TestServer) => unknown, (handler: never) => never]>([
    ['in a plain handler', (server) => server, (handler) => handler],
    ['with use', (server) => use(server as never, cached({ lists: 1000 }), asIs), (handler) => handler],
    ['in a wrapped handler', (server) => server, wrap(asIs) as never],
    ['in a wrapped handler with use', (server) => use(server as never, asIs), wrap(asIs) as never],
  ])('%s', (_, attach, around) => {
    it('a hundred calls at the same time are one query when they share, each answered with its own', async () => {
      const queries: number[][] = []
      const users = loader(
        async (ids: readonly number[]) => {
          queries.push([...ids])
          return ids.map((id) => (id === 13 ? new Error('No user 13.') : `user ${id}`))
        },
        { share: true, waitMs: 20 },
      )
      const client = await open((server) => {
        attach(server)
        const handler = async ({ id }: { id: number }, ctx: object) => says(await users.load(id, ctx))
        server.registerTool('get_user', { inputSchema }, around(handler as never))
      })
      const answers = await Promise.all(Array.from({ length: 100 }, (_, id) => client.callTool('get_user', { id })))
      for (const [id, answer] of answers.entries()) {
        if (id === 13) expect(answer).toMatchObject({ isError: true, content: [{ text: 'No user 13.' }] })
        else expect(textOf(answer)).toBe(`user ${id}`)
      }
      expect(queries.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, id) => id))
      expect(queries).toHaveLength(1)
    })

    it('what one call loads is one query, and no other call’s', async () => {
      const queries: number[][] = []
      const users = loader(async (ids: readonly number[]) => {
        queries.push([...ids])
        return ids.map((id) => `user ${id}`)
      })
      const client = await open((server) => {
        attach(server)
        const handler = async ({ id }: { id: number }, ctx: object) => {
          await users.loadMany([id, id + 1], ctx)
          return says((await users.loadMany([id, id + 1, id], ctx)).join())
        }
        server.registerTool('get_users', { inputSchema }, around(handler as never))
      })
      const answers = await Promise.all([1, 2].map((id) => client.callTool('get_users', { id })))
      expect(answers.map(textOf)).toEqual(['user 1,user 2,user 1', 'user 2,user 3,user 2'])
      expect(queries).toEqual([
        [1, 2],
        [2, 3],
      ])
    })

    it('progress of a fan-out reaches the client before the answer', async () => {
      const client = await open((server) => {
        attach(server)
        const handler = async (_: object, ctx: object) => {
          const items = Array.from({ length: 5 }, (_, n) => n)
          await mapLimit(items, () => {}, { call: ctx, maxConcurrent: 1, message: (done) => `${done} done` })
          return says('all done')
        }
        server.registerTool('check', { inputSchema: z.object({}) }, around(handler as never))
      })
      const seen: unknown[] = []
      await client.callTool('check', {}, { onprogress: (progress) => seen.push(progress) })
      expect(seen.at(0)).toMatchObject({ progress: 1, total: 5 })
      expect(seen.at(-1)).toMatchObject({ progress: 5, total: 5, message: '5 done' })
      expect(await client.callTool('check')).toMatchObject(says('all done'))
    })

    it('a client that cancels ends the fan-out and the load', async () => {
      const [items, queries] = [held(), held()]
      const signals: AbortSignal[] = []
      const users = loader((_ids: readonly number[], { signal }) => {
        signals.push(signal)
        return queries.next({} as never) as never
      })
      const client = await open((server) => {
        attach(server)
        const handler = async (_: object, ctx: object) => {
          const load = users.load(1, ctx).catch(() => {})
          const run = (_item: number, _index: number, { signal }: { signal: AbortSignal }) => {
            signals.push(signal)
            return items.next({} as never)
          }
          await mapLimit([1, 2, 3, 4], run, { call: ctx, maxConcurrent: 2 })
          await load
        }
        server.registerTool('work', { inputSchema: z.object({}) }, around(handler as never))
      })
      const cancel = new AbortController()
      const answer = client.callTool('work', {}, { signal: cancel.signal }).catch((error: unknown) => error)
      await Promise.all([items.arrived(2), queries.arrived(1)])
      const told = Promise.all(
        signals.map((signal) => new Promise((resolve) => signal.addEventListener('abort', resolve))),
      )
      cancel.abort()
      await Promise.all([answer, told])
      for (const one of items.calls) one.resolve()
      // Another call goes all the way there and back, so the one that was cancelled has had its chance.
      await client.listTools()
      expect(items.calls).toHaveLength(2)
    })

    it('a tool that takes many items names the bad one by its index and writes nothing', async () => {
      const note = z.object({ city: z.int(), text: z.string().min(1) })
      const written: unknown[] = []
      const addNotes = batchTool({
        item: note,
        transaction: async (run: (rows: unknown[]) => Promise<void>) => {
          const rows: unknown[] = []
          await run(rows)
          written.push(...rows)
        },
        each: (item, { transaction }) => {
          if (item.city === 404) throw new Error('There is no such city.')
          return transaction.push(item)
        },
      })
      const items = z.array(z.unknown().meta(z.toJSONSchema(note)))
      const client = await open((server) => {
        attach(server)
        server.registerTool('add_notes', { inputSchema: z.object({ items }) }, around(addNotes as never))
      })
      const [tool] = await client.listTools()
      expect(tool?.inputSchema).toMatchObject({
        properties: { items: { items: { properties: { text: { type: 'string', minLength: 1 } } } } },
      })
      const good = { city: 1, text: 'a' }
      const bad = await client.callTool('add_notes', { items: [good, { city: 1, text: '' }] })
      expect(bad['isError']).toBe(true)
      expect(textOf(bad)).toMatch(/^Nothing was done: 1 of 2 items is not right\.\nitems\[1\]\.text: /)
      const failed = await client.callTool('add_notes', { items: [good, good, { city: 404, text: 'b' }] })
      expect(failed).toMatchObject({ isError: true, content: [{ text: 'items[2]: There is no such city.' }] })
      expect(written).toEqual([])
      expect(await client.callTool('add_notes', { items: [good, good] })).toMatchObject({
        structuredContent: { results: [1, 2] },
      })
      expect(written).toEqual([good, good])
    })
  })
})
