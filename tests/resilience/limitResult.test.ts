import type { Result } from '@millrace/core'
import { limitResult } from '@millrace/resilience'
import { describe, expect, it } from 'vitest'
import { doors } from '../fixtures/doors.ts'
import { text } from '../fixtures/world.ts'

const rows = (count: number) => Array.from({ length: count }, (_, id) => ({ id, name: `row ${id} of a table` }))

const textsOf = (result: Result): string[] =>
  (result['content'] as ReadonlyArray<{ readonly type: string; readonly text: string }>)
    .filter(({ type }) => type === 'text')
    .map(({ text }) => text)

describe.each(doors)('limitResult by $door on SDK $line', ({ open }) => {
  it('cuts rows, says so in words and numbers, and links to the rest', async () => {
    const kept: Result[] = []
    const client = await open({
      middleware: [
        limitResult({
          maxRows: 10,
          link: (_, whole) => {
            kept.push(whole)
            return { uri: 'result://1', name: 'the whole answer' }
          },
        }),
      ],
      run: async () => ({ ...text(JSON.stringify(rows(50))), structuredContent: { rows: rows(50) } }),
    })
    const answer = await client.call()
    const [json = '', note] = textsOf(answer)
    expect(JSON.parse(json)).toEqual(rows(10))
    expect(answer['structuredContent']).toEqual({ rows: rows(10) })
    expect(note).toContain('10 of 50')
    expect(answer['_meta']).toMatchObject({ 'millrace/cut': expect.objectContaining({}) as object })
    expect(answer['content']).toContainEqual(expect.objectContaining({ type: 'resource_link', uri: 'result://1' }))
    expect(kept).toMatchObject([{ structuredContent: { rows: rows(50) } }])
  })

  it('keeps an answer within its bytes', async () => {
    const client = await open({
      middleware: [limitResult({ maxBytes: 2048 })],
      run: async () =>
        text(
          rows(500)
            .map(({ name }) => name)
            .join('\n'),
        ),
    })
    const answer = await client.call()
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(2048)
    expect(textsOf(answer)[0]).toMatch(/^row 0 of a table\n/)
  })

  it('leaves small answers and errors as they are', async () => {
    const long = rows(500)
      .map(({ name }) => name)
      .join('\n')
    const client = await open({
      middleware: [limitResult({ maxBytes: 2048 })],
      run: async ({ n }) => (n === 1 ? text('short') : { ...text(long), isError: true }),
    })
    expect(await client.call({ n: 1 })).toMatchObject(text('short'))
    expect(await client.call({ n: 2 })).toMatchObject({ ...text(long), isError: true })
  })
})
