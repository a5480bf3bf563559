import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv'
import { describe, expect, it, vi } from 'vitest'
import { sharedValidator } from './sharedValidator.ts'
import type { SchemaValidator } from './sharedValidator.ts'

const schemaFor = (index: number) => ({ type: 'object', properties: { n: { const: index } }, required: ['n'] }) as const

describe('sharedValidator', () => {
  it("validates as the SDK's own does", () => {
    const shared = sharedValidator(() => new AjvJsonSchemaValidator())
    const validate = shared.getValidator(schemaFor(1))
    expect(validate({ n: 1 })).toMatchObject({ valid: true })
    expect(validate({ n: 2 })).toMatchObject({ valid: false })
  })

  it('makes the validator when the first schema needs it, and compiles a schema once', () => {
    const getValidator = vi.fn<SchemaValidator['getValidator']>(() => () => true)
    const make = vi.fn<() => SchemaValidator>(() => ({ getValidator }))
    const shared = sharedValidator(make)
    expect(make).not.toHaveBeenCalled()
    expect(shared.getValidator(schemaFor(1) as never)).toBe(shared.getValidator(schemaFor(1) as never))
    expect([make.mock.calls.length, getValidator.mock.calls.length]).toEqual([1, 1])
  })

  it('starts afresh instead of keeping every schema that ever came', () => {
    const make = vi.fn<() => SchemaValidator>(() => ({ getValidator: () => () => true }))
    const shared = sharedValidator(make)
    for (let index = 0; index < 250; index += 1) shared.getValidator(schemaFor(index) as never)
    expect(make).toHaveBeenCalledTimes(3)
  })
})
