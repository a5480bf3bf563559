import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import * as z3 from 'zod/v3'
import { fingerprintOf } from './fingerprint.ts'

const same = (make: () => unknown) => fingerprintOf([make()]) === fingerprintOf([make()])
const differ = (a: unknown, b: unknown) => fingerprintOf([a]) !== fingerprintOf([b])

const lazily = (schema: z.ZodType) => z.lazy(() => schema)

/** As arktype has it. */
const asFunction = () => Object.assign((given: unknown) => given, { '~standard': {} })

describe('the fingerprint of a catalogue', () => {
  it.each<[string, () => unknown]>([
    ['plain data', () => ({ a: [1, 'x', null, { b: true }] })],
    ['an object schema', () => z.object({ q: z.string().min(1).describe('what'), n: z.number().int().optional() })],
    [
      'enums, unions and defaults',
      () => z.object({ e: z.enum(['a', 'b']).default('a'), u: z.union([z.string(), z.array(z.date())]) }),
    ],
    ['a schema with metadata', () => z.object({ q: z.string() }).meta({ title: 'T', examples: [{ q: 'x' }] })],
    ['a zod 3 schema', () => z3.object({ q: z3.string().describe('what') })],
    ['a refined schema', () => z.object({ q: z.string().refine((q) => q !== 'x') })],
    ['a transformed schema', () => z.object({ q: z.string().transform((q) => q.length) })],
    ['a refined zod 3 schema', () => z3.object({ q: z3.string().refine((q) => q !== 'x') })],
    ['a transformed zod 3 schema', () => z3.object({ q: z3.string().transform((q) => q.length) })],
    ['schemas behind functions', () => [z.lazy(() => z.string()), z3.lazy(() => z3.string())]],
    ['values behind functions', () => [z.string().default('x'), z3.string().default('x'), z3.string().catch('x')]],
    ['a value that is only told to those who ask right', () => z.string().catch((context) => String(context.value))],
    ['a regular expression', () => z.object({ q: z.string().regex(/^a+$/) })],
    [
      'a resource template',
      () =>
        new (class ResourceTemplate {
          uriTemplate = { toString: () => 'x://{id}' }
        })(),
    ],
  ])('is the same for %s that was built again', (_name, make) => {
    expect(same(make)).toBe(true)
  })

  it.each<[string, unknown, unknown]>([
    ['a description', { description: 'a' }, { description: 'b' }],
    ['a field', z.object({ q: z.string() }), z.object({ r: z.string() })],
    ['the type of a field', z.object({ q: z.string() }), z.object({ q: z.number() })],
    [
      'the type of a field of a field',
      z.object({ q: z.array(z.object({ a: z.string() })) }),
      z.object({ q: z.array(z.object({ a: z.number() })) }),
    ],
    ['a bound', z.object({ q: z.string().min(1) }), z.object({ q: z.string().min(2) })],
    ['a choice', z.object({ q: z.enum(['a', 'b']) }), z.object({ q: z.enum(['a', 'c']) })],
    ['what is optional', z.object({ q: z.string() }), z.object({ q: z.string().optional() })],
    [
      'the description of a field',
      z.object({ q: z.string().describe('a') }),
      z.object({ q: z.string().describe('b') }),
    ],
    ['a pattern', z.object({ q: z.string().regex(/a/) }), z.object({ q: z.string().regex(/b/) })],
    ['a zod 3 field', z3.object({ q: z3.string() }), z3.object({ q: z3.number() })],
    ['a schema behind a function', lazily(z.string()), lazily(z.number())],
    ['a zod 3 schema behind a function', z3.lazy(() => z3.string()), z3.lazy(() => z3.number())],
    ['a value behind a function', z3.string().default('a'), z3.string().default('b')],
    ['a number and its text', 1, '1'],
    ['nothing and null', undefined, null],
    ['a function that is a schema', asFunction(), asFunction()],
    ['instances of a class that says nothing of itself', new WeakRef({}), new WeakRef({})],
  ])('differs when %s differs', (_name, a, b) => {
    expect(differ(a, b)).toBe(true)
  })

  it('does not run two neighbours together', () => {
    expect(fingerprintOf(['ab', 'c'])).not.toBe(fingerprintOf(['a', 'bc']))
  })

  it('comes to an end with schemas that contain themselves', () => {
    const tree = z.object({
      name: z.string(),
      get children() {
        return z.array(tree)
      },
    })
    expect(fingerprintOf([tree])).toBe(fingerprintOf([tree]))
  })
})
