import { fakeCall, middlewareContract } from '@millrace/core/testing'
import type { Next } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { v2 } from './fixtures/lines.ts'
import { paginate } from './paginate.ts'
import { use } from './use.ts'

const tools =
  (...names: string[]): Next =>
  async () => ({ tools: names.map((name) => ({ name })), _meta: { kept: true } })
const list = (cursor?: unknown, method = 'tools/list') =>
  fakeCall({ method, params: cursor === undefined ? {} : { cursor } })

describe('paginate', () => {
  for (const { name, run } of middlewareContract(() => paginate())) it(name, run)

  it('gives pages one after another until there are none', async () => {
    const pages = paginate({ pageSize: 2 })
    const next = tools('a', 'b', 'c', 'd', 'e')
    const first = await pages(list(), next)
    expect(first).toMatchObject({ tools: [{ name: 'a' }, { name: 'b' }], _meta: { kept: true } })
    const second = await pages(list(first['nextCursor']), next)
    expect(second).toMatchObject({ tools: [{ name: 'c' }, { name: 'd' }] })
    const third = await pages(list(second['nextCursor']), next)
    expect(third).toEqual({ tools: [{ name: 'e' }], _meta: { kept: true } })
  })

  it('never passes its cursor on to the list itself', async () => {
    const pages = paginate({ pageSize: 1 })
    const first = await pages(list(), tools('a', 'b'))
    await pages(list(first['nextCursor']), async (call) => {
      expect([call.params, call.input]).toEqual([{}, {}])
      return { tools: [{ name: 'a' }, { name: 'b' }] }
    })
  })

  it('goes on after the same entry when others came or went between two pages', async () => {
    const pages = paginate({ pageSize: 2 })
    const { nextCursor } = await pages(list(), tools('a', 'b', 'c'))
    expect(await pages(list(nextCursor), tools('new', 'b', 'c'))).toMatchObject({ tools: [{ name: 'c' }] })
  })

  it('comes to an end with entries of one name', async () => {
    const pages = paginate({ pageSize: 2 })
    const next = tools('a', 'x', 'b', 'x', 'c')
    const seen: unknown[] = []
    let cursor: unknown
    do {
      const page = await pages(list(cursor), next)
      seen.push(...(page['tools'] as readonly { readonly name: string }[]).map(({ name }) => name))
      cursor = page['nextCursor']
    } while (cursor !== undefined && seen.length < 20)
    expect(seen).toEqual(['a', 'x', 'b', 'x', 'c'])
  })

  it.each([
    ['nonsense'],
    [''],
    [7],
    [null],
    [{}],
    ['YWZ0ZXI6MDpi=='],
    [Buffer.from('after:0:gone').toString('base64url')],
  ])('refuses the cursor %j with −32602', async (cursor) => {
    const answer = paginate({ pageSize: 1 })(list(cursor), tools('a', 'b'))
    await expect(answer).rejects.toMatchObject({ code: -32602 })
  })

  it('leaves a server alone that pages by itself', async () => {
    const pages = paginate({ pageSize: 1 })
    const own: Next = async (call) => ({ tools: [{ name: 'a' }, { name: 'b' }], nextCursor: 'own', asked: call.params })
    expect(await pages(list(), own)).toMatchObject({ nextCursor: 'own', tools: [{ name: 'a' }, { name: 'b' }] })
    expect(await pages(list('own'), own)).toMatchObject({ asked: { cursor: 'own' } })
  })

  it('leaves it its cursors from before a start, and those that look like ours', async () => {
    const own: Next = async (call) => {
      const { cursor } = call.params as { readonly cursor?: string }
      return cursor === undefined
        ? { tools: [{ name: 'a' }, { name: 'b' }], nextCursor: 'own' }
        : { tools: [{ name: 'c' }, { name: 'd' }], asked: cursor }
    }
    for (const cursor of ['own', Buffer.from('after:0:a').toString('base64url')])
      expect(await paginate({ pageSize: 1 })(list(cursor), own)).toEqual({
        tools: [{ name: 'c' }, { name: 'd' }],
        asked: cursor,
      })
  })

  it('cuts the list of another server though it has met one that pages by itself', async () => {
    const pages = paginate({ pageSize: 1 })
    await pages(list(), async () => ({ tools: [{ name: 'a' }], nextCursor: 'own' }))
    expect(await pages(list(), tools('a', 'b'))).toMatchObject({ tools: [{ name: 'a' }] })
  })

  it('asks for no more than the page once it knows its server', async () => {
    const asked: unknown[] = []
    const server = v2.lowLevel(
      (params) => {
        asked.push(params?.cursor)
        return { tools: [], ...(params?.cursor === undefined ? { nextCursor: 'own' } : {}) }
      },
      () => ({ content: [] }),
    )
    const client = await v2.connect(use(server as never, paginate()))
    for (const cursor of ['own', 'own']) await client.listTools({ cursor })
    expect(asked).toEqual([undefined, 'own', 'own'])
    await client.close()
  })

  it.each([
    ['prompts/list', 'prompts', 'name'],
    ['resources/list', 'resources', 'uri'],
    ['resources/templates/list', 'resourceTemplates', 'uriTemplate'],
  ])('cuts %s', async (method, field, key) => {
    const entries = [{ [key]: 'x://1' }, { [key]: 'x://2' }]
    const page = await paginate({ pageSize: 1 })(list(undefined, method), async () => ({ [field]: entries }))
    expect(page[field]).toEqual([entries[0]])
  })

  it('lets everything that is no list pass', async () => {
    const result = { tools: [1, 2, 3] }
    expect(await paginate({ pageSize: 1 })(fakeCall(), async () => result)).toBe(result)
  })

  it.each([0, -1, 1.5, Infinity, '10'])('says what a page size of %s should have been', (pageSize) => {
    expect(() => paginate({ pageSize: pageSize as number })).toThrow('paginate.pageSize must be an integer ≥ 1')
  })
})
