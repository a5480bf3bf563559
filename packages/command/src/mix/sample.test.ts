import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { random } from './random.ts'
import { sample } from './sample.ts'

const drawn = (schema: unknown, seed: number) => sample(schema, { random: random(seed), root: schema })

describe('a value that is made up fits its schema', () => {
  const tree: z.ZodType = z.lazy(() => z.object({ name: z.string(), children: z.array(tree).optional() }))
  it.each<[string, z.ZodType]>([
    ['text', z.string()],
    ['a long text', z.string().min(40).max(41)],
    ['a short text', z.string().max(3)],
    ['a country', z.string().regex(/^[A-Z]{2}$/)],
    ['digits', z.string().regex(/^\d+$/)],
    ['a date', z.iso.date()],
    ['a moment', z.iso.datetime()],
    ['a mail address', z.email()],
    ['an address', z.url()],
    ['an id', z.uuid()],
    ['an IPv4', z.ipv4()],
    ['an integer', z.int()],
    ['an integer in a range', z.int().min(-3).max(3)],
    ['a number in a small range', z.number().min(0.1).max(0.2)],
    ['a number above and below', z.number().gt(5).lt(7)],
    ['a multiple', z.number().multipleOf(0.25).min(1)],
    ['a negative number', z.number().max(-5)],
    ['a latitude', z.number().min(-90).max(90)],
    ['a boolean', z.boolean()],
    ['nothing', z.null()],
    ['one of some', z.enum(['a', 'b'])],
    ['a constant', z.literal(7)],
    ['a union', z.union([z.string(), z.object({ n: z.int() })])],
    ['an object', z.object({ a: z.string(), b: z.number().optional(), c: z.object({ d: z.boolean() }) })],
    ['an intersection', z.intersection(z.object({ a: z.string() }), z.object({ b: z.int() }))],
    ['an array', z.array(z.int()).min(2).max(4)],
    ['a list that may be empty', z.object({ all: z.array(z.object({ id: z.int() })) })],
    ['what may be null', z.string().nullable()],
    ['what has a default', z.object({ limit: z.int().default(10) })],
    ['a tree', tree],
  ])('%s', (_what, schema) => {
    const asJson = z.toJSONSchema(schema, { io: 'input' })
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const made = drawn(asJson, seed)
        expect(schema.safeParse(made), JSON.stringify(made)).toMatchObject({ success: true })
      }),
      { numRuns: 50 },
    )
  })

  it('and a draw can be had again', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(drawn({}, seed)).toEqual(drawn({}, seed))
      }),
    )
    expect(new Set(Array.from({ length: 100 }, (_, seed) => drawn({ type: 'string' }, seed))).size).toBeGreaterThan(95)
  })

  it.each<[string, unknown, unknown]>([
    ['a schema that says nothing', true, 'text'],
    ['a list of types', { type: ['null', 'integer'], maximum: 1 }, 1],
    ['only nothing', { type: ['null'] }, null],
    ['examples', { type: 'string', examples: ['Rome'] }, 'Rome'],
    ['properties without a type', { required: ['a'], properties: { a: { items: { const: 1 } } } }, { a: [1] }],
    ['a required property that is not described', { type: 'object', required: ['a'] }, { a: 'text' }],
    [
      'all of some',
      { type: 'object', required: ['a'], allOf: [{ properties: { a: { const: 1 } } }, { required: ['b'] }, true] },
      { a: 1, b: 'text' },
    ],
  ])('%s', (_what, schema, value) => {
    expect(drawn(schema, 1)).toEqual(value)
  })
})

describe('what cannot be made up is told', () => {
  it.each([
    [{ type: 'string', pattern: '^tt\\d{7}$' }, 'the argument must match /^tt\\d{7}$/, which cannot be made up'],
    [{ type: 'string', pattern: '(' }, 'the argument must match /(/'],
    [
      { required: ['a'], properties: { a: { $ref: '#/$defs/b' } } },
      'a refers to #/$defs/b, which its schema does not have',
    ],
    [{ $ref: '#' }, 'the arguments refers to itself without end'],
    [
      { required: ['a'], properties: { a: { required: ['b'], properties: { b: { pattern: '^x$' } } } } },
      'a.b must match',
    ],
  ])('%o', (schema, message) => {
    expect(() => drawn(schema, 1)).toThrow(message)
  })
})
