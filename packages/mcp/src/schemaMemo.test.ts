import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { memoiseSchemas } from './schemaMemo.ts'

const executor = () => {}

type Convert = (options: { target?: string }) => { type: string; target: string | undefined; nested: { a: number } }

const convertible = () => {
  const input = vi.fn<Convert>((options) => ({ type: 'object', target: options.target, nested: { a: 1 } }))
  return { schema: { '~standard': { jsonSchema: { input, output: input } } }, input }
}

describe('memoiseSchemas', () => {
  it('converts once for each target', () => {
    const { schema, input } = convertible()
    memoiseSchemas({ executor, inputSchema: schema })
    const { jsonSchema } = schema['~standard']
    expect(jsonSchema.input({ target: 'a' })).toBe(jsonSchema.input({ target: 'a' }))
    expect(jsonSchema.input({ target: 'b' })).toMatchObject({ target: 'b' })
    expect(input).toHaveBeenCalledTimes(2)
  })

  it('gives out what nobody can change for the others', () => {
    const { schema } = convertible()
    memoiseSchemas({ executor, inputSchema: schema })
    const converted = schema['~standard'].jsonSchema.input({ target: 'a' })
    expect(() => (converted.nested.a = 2)).toThrow(TypeError)
  })

  it('keeps out of conversions with options of their own', () => {
    const { schema, input } = convertible()
    memoiseSchemas({ executor, inputSchema: schema })
    const { jsonSchema } = schema['~standard']
    jsonSchema.input({ target: 'a', override: 1 } as never)
    jsonSchema.input({ target: 'a', override: 1 } as never)
    expect(input).toHaveBeenCalledTimes(2)
  })

  it('changes nothing of what zod converts to, for input and output', () => {
    const schema = z.object({ a: z.string().transform((value) => value.length), b: z.number().default(1) })
    const options = { target: 'draft-2020-12' } as const
    const { jsonSchema } = schema['~standard']
    const plain = z.object({ a: z.string().transform((value) => value.length), b: z.number().default(1) })['~standard']
      .jsonSchema
    memoiseSchemas({ executor, inputSchema: schema, outputSchema: schema })
    for (let round = 0; round < 2; round += 1) expect(jsonSchema.input(options)).toEqual(plain.input(options))
  })

  it.each([
    undefined,
    null,
    'x',
    {},
    { '~standard': {} },
    Object.freeze({ '~standard': Object.freeze({ jsonSchema: Object.freeze({}) }) }),
  ])('leaves %j alone', (schema) => {
    expect(() => memoiseSchemas({ executor, inputSchema: schema })).not.toThrow()
  })
})
