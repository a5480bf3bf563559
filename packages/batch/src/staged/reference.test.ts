import { describe, expect, it } from 'vitest'
import { stagedWorld } from '../fixtures/stagedWorld.ts'

const value = {
  name: 'Paris',
  cities: [{ id: 7, 'sister city': 'Rome', 'a.b': 1 }, null],
  none: null,
  count: 2,
  __proto__: { inherited: true },
}

/** What the second step gets for an argument, or why it was not run. */
const given = async (argument: unknown, first: unknown = value): Promise<unknown> => {
  const { run, runs } = stagedWorld({ first: () => first, second: () => ({}) })
  const { steps } = await run([
    { id: 'find', tool: 'first' },
    { id: 'use', tool: 'second', arguments: { x: argument }, after: ['find'] },
  ])
  return steps['use']?.status === 'ok' ? runs[1]?.args['x'] : steps['use']?.message
}

describe('a reference', () => {
  it.each<[string, unknown]>([
    ['find.name', 'Paris'],
    ['find', value],
    ['find.cities[0].id', 7],
    ['find.cities.0.id', 7],
    [' find.cities[0].id ', 7],
    ['find.cities[0]["sister city"]', 'Rome'],
    ['find["cities"][0]["a.b"]', 1],
    ['find.cities[0].sister city', 'Rome'],
    ['find.cities[1]', null],
    ['find.none', null],
  ])('%s finds its value', async (reference, expected) => {
    expect(await given({ $ref: reference })).toEqual(expected)
  })

  it.each([
    ['find.citys', 'find has no "citys"; it has name, cities, none, count'],
    ['find.cities[2].id', 'find.cities has 2 items, counted from 0'],
    ['find.cities.id', 'find.cities is a list, so "id" must be a number'],
    ['find.cities.length', 'find.cities is a list, so "length" must be a number'],
    ['find.name.length', 'find.name is a string'],
    ['find.count.x', 'find.count is a number'],
    ['find.none.x', 'find.none is null'],
    ['find.cities[1].id', 'find.cities[1] is null'],
    ['find.inherited', 'find has no "inherited"'],
    ['find.constructor', 'find has no "constructor"'],
    ['find.__proto__', 'find has no "__proto__"'],
    ['find.cities[0].__proto__.x', 'find.cities[0] has no "__proto__"'],
    ['find.name[0]', 'find.name is a string'],
  ])('%s is told where its way ends', async (reference, message) => {
    expect(await given({ $ref: reference })).toContain(
      `Not run: the reference "${reference}" leads nowhere: ${message}`,
    )
  })

  it('into one item, or nothing at all, is told so', async () => {
    expect(await given({ $ref: 'find.a[3]' }, { a: [1] })).toContain('find.a has 1 item, counted from 0')
    expect(await given({ $ref: 'find.a' }, {})).toMatch(/find has no "a"\.$/)
  })

  it('stands wherever a value may', async () => {
    const argument = { list: [1, { $ref: 'find.count' }, [{ $ref: 'find.name' }]], deep: { a: { $ref: 'find.none' } } }
    expect(await given(argument)).toEqual({ list: [1, 2, ['Paris']], deep: { a: null } })
  })

  it('is only what says that it is one', async () => {
    for (const text of ['find.name', '{{find.name}}', '$ref', '{"$ref":"find.name"}'])
      expect(await given(text)).toBe(text)
    const schema = { $ref: '#/$defs/a', title: 'not alone' }
    expect(await given(schema)).toEqual(schema)
    expect(await given({ $literal: { $ref: '#/a', x: ['{{b}}'] } })).toEqual({ $ref: '#/a', x: ['{{b}}'] })
  })

  it('changes no prototype', async () => {
    const argument = JSON.parse('{"__proto__": {"polluted": 1}, "a": {"$ref": "find"}}') as object
    const found = JSON.parse('{"__proto__": {"polluted": 2}}') as object
    const filled = (await given(argument, found)) as { polluted?: number; a: { polluted?: number } }
    expect(filled.polluted).toBeUndefined()
    expect(filled.a.polluted).toBeUndefined()
    expect(Object.keys(filled)).toEqual(['__proto__', 'a'])
    expect(await given({ $ref: 'find.__proto__.polluted' }, found)).toBe(2)
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it('in a text is written into it', async () => {
    const text = 'To {{find.name}} ({{ find.cities[0].id }}), {{find.cities[0]}}{{find.none}} { {} }'
    expect(await given({ $text: text })).toBe('To Paris (7), {"id":7,"sister city":"Rome","a.b":1}null { {} }')
  })
})

describe('the value of a step', () => {
  const text = (...texts: string[]) => ({ content: texts.map((one) => ({ type: 'text', text: one })) })
  it.each<[string, unknown, unknown]>([
    ['is its structured content', { ...text('other'), structuredContent: { a: 1 } }, { a: 1 }],
    ['is its text read as JSON, where that is an object', text(' {"a": 1}'), { a: 1 }],
    ['or a list', text('[1, 2]'), [1, 2]],
    ['is its text where that is no JSON', text('[sic] a text'), '[sic] a text'],
    ['is its text where that is a number', text('5'), '5'],
    ['is its content where there is more', text('a', 'b'), text('a', 'b').content],
    ['is its content where that is no text', { content: [{ type: 'image', data: '' }] }, [{ type: 'image', data: '' }]],
    ['is its content where that is nothing', { content: [] }, []],
  ])('%s', async (_, result, expected) => {
    expect(await given({ $ref: 'find' }, result)).toEqual(expected)
  })
})
