import { fromJsonSchema } from '@modelcontextprotocol/server'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { memoiseSchemas } from './schemaMemo.ts'

const executor = () => {}

type Convert = (options: { target?: string }) => { type: string; target: string | undefined; nested: { a: number } }

interface Convertible {
  readonly '~standard': { readonly jsonSchema: { input(options: { target: string }): object } }
}

const convertible = () => {
  const input = vi.fn<Convert>((options) => ({ type: 'object', target: options.target, nested: { a: 1 } }))
  return { schema: { '~standard': { jsonSchema: { input, output: input } } }, input }
}

describe('memoiseSchemas', () => {
  it('converts twice at most for each target', () => {
    const { schema, input } = convertible()
    memoiseSchemas({ executor, inputSchema: schema })
    const { jsonSchema } = schema['~standard']
    for (let round = 0; round < 4; round += 1)
      expect(jsonSchema.input({ target: 'a' })).toEqual({ type: 'object', target: 'a', nested: { a: 1 } })
    expect(jsonSchema.input({ target: 'a' })).toBe(jsonSchema.input({ target: 'a' }))
    expect(input).toHaveBeenCalledTimes(2)
    expect(jsonSchema.input({ target: 'b' })).toMatchObject({ target: 'b' })
    expect(input).toHaveBeenCalledTimes(3)
  })

  it('gives out what nobody can change for the others', () => {
    const { schema } = convertible()
    memoiseSchemas({ executor, inputSchema: schema })
    const [, converted] = [1, 2].map(() => schema['~standard'].jsonSchema.input({ target: 'a' }))
    expect(() => ((converted as { nested: { a: number } }).nested.a = 2)).toThrow(TypeError)
  })

  it("leaves the author's own objects as they are: one that is given out each time, and one inside what is", () => {
    const author = { type: 'object', properties: { q: { type: 'string' } } }
    const options = { target: 'draft-2020-12' }
    const inside: Convertible = { '~standard': { jsonSchema: { input: () => ({ ...author }) } } }
    const itself = fromJsonSchema(author as never) as unknown as Convertible
    for (const schema of [itself, inside]) {
      memoiseSchemas({ executor, inputSchema: schema })
      for (let round = 0; round < 3; round += 1) expect(schema['~standard'].jsonSchema.input(options)).toEqual(author)
    }
    author.properties.q.type = 'number'
    expect(itself['~standard'].jsonSchema.input(options)).toBe(author)
  })

  it('leaves a conversion alone that holds what cannot be copied', () => {
    const schema: Convertible = {
      '~standard': { jsonSchema: { input: () => ({ type: 'object', default: () => {} }) } },
    }
    memoiseSchemas({ executor, inputSchema: schema })
    const { jsonSchema } = schema['~standard']
    for (let round = 0; round < 3; round += 1)
      expect(jsonSchema.input({ target: 'a' })).toMatchObject({ default: expect.any(Function) as unknown })
  })

  it('keeps out of the tools of SDK v1, which are converted in another way', () => {
    const { schema, input } = convertible()
    memoiseSchemas({ handler: () => {}, inputSchema: schema })
    for (let round = 0; round < 3; round += 1) schema['~standard'].jsonSchema.input({ target: 'a' })
    expect(input).toHaveBeenCalledTimes(3)
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
