import { getEventListeners } from 'node:events'
import { fakeCall } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { paged } from '../index.ts'
import type { PagedOptions } from '../index.ts'

interface Row {
  readonly id: number
  readonly name: string
}

/** A table whose rows are read after a cursor, and what is done with its sources. */
const tableOf = (table: readonly Row[], options: Partial<PagedOptions<Row>> = {}) => {
  const log = { read: 0, opened: 0, closed: 0 }
  async function* rows(after: string | undefined) {
    log.opened += 1
    try {
      for (const row of table) {
        if (after !== undefined && row.id <= Number(after)) continue
        log.read += 1
        yield row
      }
    } finally {
      log.closed += 1
    }
  }
  return { log, pages: paged({ uri: 'table://rows', rows, cursorOf: ({ id }) => id, ...options }) }
}

const tableWith = (count: number): Row[] => Array.from({ length: count }, (_, id) => ({ id, name: `row ${id}` }))

/** All pages, one after the other. */
const walk = async ({ read }: ReturnType<typeof tableOf>['pages']) => {
  const pages = [await read()]
  for (let next = pages[0]?.next; next !== undefined; next = pages.at(-1)?.next) pages.push(await read(next))
  return pages
}

describe('paged', () => {
  it('gives as many rows as fit, and where the next page begins', async () => {
    const { pages, log } = tableOf(tableWith(5), { maxBytes: 50 })
    const page = await pages.read()
    expect(page).toEqual({ text: '{"id":0,"name":"row 0"}\n{"id":1,"name":"row 1"}', rows: 2, bytes: 47, next: '1' })
    expect(log).toEqual({ read: 3, opened: 1, closed: 1 })
    expect((await walk(pages)).map(({ rows, next }) => [rows, next])).toEqual([
      [2, '1'],
      [2, '3'],
      [1, undefined],
    ])
  })

  it('gives an empty page of nothing', async () => {
    expect(await tableOf([]).pages.read()).toEqual({ text: '', rows: 0, bytes: 0, next: undefined })
  })

  it('gives a row that is larger than a page as a page', async () => {
    const table = [
      { id: 1, name: 'a' },
      { id: 2, name: 'x'.repeat(1000) },
      { id: 3, name: 'b' },
    ]
    const all = await walk(tableOf(table, { maxBytes: 100 }).pages)
    expect(all.map(({ rows }) => rows)).toEqual([1, 1, 1])
  })

  it('gives each row once, in order, in pages that are no larger than they may be', async () => {
    const table = fc.uniqueArray(
      fc.record({ id: fc.nat(10_000), name: fc.string({ unit: 'grapheme', maxLength: 30 }) }),
      {
        selector: ({ id }) => id,
        maxLength: 60,
      },
    )
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 20 }),
        async (some, maxBytes, maxRows) => {
          const sorted = some.toSorted((a, b) => a.id - b.id)
          const { pages, log } = tableOf(sorted, { maxBytes, maxRows })
          const all = await walk(pages)
          const read = all.flatMap(({ text }) =>
            text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Row),
          )
          expect(read).toEqual(sorted)
          for (const { rows, bytes, text } of all) {
            expect(bytes).toBe(Buffer.byteLength(text))
            expect(bytes <= maxBytes || rows === 1).toBe(true)
            expect(rows).toBeLessThanOrEqual(maxRows)
          }
          expect(log.closed).toBe(log.opened)
        },
      ),
    )
  })

  it('takes lists and what a format makes of them', async () => {
    const rows = () => [10n, 20n, 30n]
    const pages = paged({ uri: 'table://n', rows, cursorOf: (n) => n, format: (n) => `n=${n}`, maxRows: 2 })
    expect(await pages.read()).toEqual({ text: 'n=10\nn=20', rows: 2, bytes: 9, next: '20' })
  })

  it('answers at once when its caller goes, tells the source, and reads no more of it', async () => {
    const call = fakeCall()
    let told: unknown
    let read = 0
    const rows = async function* (_: unknown, { signal }: { readonly signal: AbortSignal }) {
      for (;;) {
        read += 1
        yield { id: read, name: '' }
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            told = signal.reason
            resolve()
          })
        })
      }
    }
    const page = tableOf([], { rows }).pages.read(undefined, call)
    await new Promise((resolve) => setImmediate(resolve))
    call.abort('left')
    await expect(page).rejects.toBe('left')
    await new Promise((resolve) => setImmediate(resolve))
    expect([told, read]).toEqual(['left', 2])
    await expect(tableOf([]).pages.read(undefined, call)).rejects.toBe('left')
  })

  it('tells who asks how far it is', async () => {
    const said: object[] = []
    const sendNotification = async (one: object) => void said.push(one)
    const caller = { _meta: { progressToken: 7 }, sendNotification }
    await tableOf(tableWith(300), { message: (rows) => `${rows} rows` }).pages.read(undefined, caller)
    expect(said.at(-1)).toEqual({
      method: 'notifications/progress',
      params: { progressToken: 7, progress: 300, total: 300, message: '300 rows' },
    })
    expect(said.length).toBeLessThan(10)
  })

  it('fails with what its source fails with, and closes it', async () => {
    const { pages, log } = tableOf(tableWith(3), {
      format: () => {
        throw new Error('no text')
      },
    })
    await expect(pages.read()).rejects.toThrow('no text')
    expect(log.closed).toBe(1)
    const rows = () => {
      throw new Error('no rows')
    }
    const { signal } = new AbortController()
    await expect(tableOf([], { rows }).pages.read(undefined, { signal })).rejects.toThrow('no rows')
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('says so where a row gives no line', async () => {
    const pages = paged({ uri: 'table://odd', rows: () => [() => 1], cursorOf: () => 1 })
    await expect(pages.read()).rejects.toThrow('paged.format must give a string, got undefined')
  })

  it('loses no row where two have one cursor: it says so', async () => {
    const { pages } = tableOf([...tableWith(2), { id: 1, name: 'again' }])
    await expect(pages.read()).rejects.toThrow("paged.cursorOf gave '1' for two rows: one of them would be lost")
  })

  it.each([
    [{ uri: 'orders' }, "paged.uri must be a URI without ? and #, got 'orders'"],
    [{ uri: 'table://orders?after=1' }, 'paged.uri must be a URI without ? and #'],
    [{ uri: undefined }, 'paged.uri must be given'],
    [{ rows: [] }, 'paged.rows must be a function, got an array'],
    [{ maxBytes: 0 }, 'paged.maxBytes must be an integer ≥ 1, got 0'],
    [{ size: 5 }, 'paged.size is not an option'],
  ])('refuses %j', (options, complaint) => {
    expect(() => tableOf([], options as never)).toThrow(complaint)
  })
})

describe('the handlers of paged', () => {
  it('answer resources with rows and the URI of the next page', async () => {
    const { pages } = tableOf(tableWith(3), { maxRows: 2 })
    expect([pages.uri, pages.template]).toEqual(['table://rows', 'table://rows{?after}'])
    expect(await pages.resource(new URL('table://rows'), {})).toEqual({
      contents: [
        {
          uri: 'table://rows',
          mimeType: 'application/x-ndjson',
          text: '{"id":0,"name":"row 0"}\n{"id":1,"name":"row 1"}',
        },
      ],
      _meta: { 'millrace/rows': 2, 'millrace/next': 'table://rows?after=1' },
    })
    const { _meta } = await pages.resource(new URL('table://rows?after=1'), {}, {})
    expect(_meta).toEqual({ 'millrace/rows': 1 })
  })

  it('come back to any cursor by its URI', async () => {
    const cursors: Array<string | undefined> = []
    const odd = 'é &?#/%41 =+'
    const pages = paged({
      uri: 'table://odd',
      rows: (after) => (cursors.push(after), [odd, 'more']),
      cursorOf: (one) => one,
      maxRows: 1,
    })
    const { _meta } = await pages.resource(new URL('table://odd'))
    await pages.resource(new URL(String(_meta['millrace/next'])))
    expect(cursors).toEqual([undefined, odd])
  })

  it('answer tools with rows, and a model with how to go on', async () => {
    const { pages } = tableOf(tableWith(3), { maxRows: 2 })
    const { content, _meta } = await pages.tool({}, {})
    expect(content.slice(1)).toEqual([
      { type: 'text', text: 'There are more rows after these 2: call again with {"after":"1"}.' },
      { type: 'resource_link', uri: 'table://rows?after=1', name: 'The next page', mimeType: 'application/x-ndjson' },
    ])
    expect(_meta['millrace/next']).toBe('table://rows?after=1')
    expect((await pages.tool({ after: '1' }, {})).content).toEqual([{ type: 'text', text: '{"id":2,"name":"row 2"}' }])
    await expect(pages.tool({ after: 5 } as never, {})).rejects.toThrow('a string, got a number')
  })
})
