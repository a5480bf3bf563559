import { describe, expect, it } from 'vitest'
import { inspect } from './inspect.ts'
import { asMiddleware, chain } from './middleware.ts'
import type { Middleware, Next } from './middleware.ts'
import { only } from './only.ts'
import type { Selection } from './only.ts'
import { fakeCall } from './testing/fakeCall.ts'
import type { FakeCallOptions } from './testing/fakeCall.ts'
import type { Traits } from './call.ts'

const marking: Middleware = async (call, next) => ({ ...(await next(call)), isMarked: true })
const handler: Next = async () => ({ content: [] })

const isSelected = async (selection: Selection, call: FakeCallOptions): Promise<boolean> =>
  (await only(selection, marking)(fakeCall(call), handler))['isMarked'] === true

/** The tools of a server that a middleware sees when the chain that `around` makes of it is attached. */
const shownTo = (around: (inner: Middleware) => Middleware): string[] => {
  const tools: Record<string, Traits> = { read: { readOnly: true }, write: { readOnly: false }, mute: {} }
  let seen: string[] = []
  const looking = asMiddleware((call, next) => next(call), {
    inspect: ({ traits }) => (seen = Object.keys(tools).filter((name) => traits(name) === tools[name])),
  })
  inspect(around(looking), { traits: (name) => tools[name] })
  return seen
}

describe('only', () => {
  it.each<[string, Selection, FakeCallOptions, boolean]>([
    ['a tool by name', 'search', { target: 'search' }, true],
    ['no other tool', 'search', { target: 'search2' }, false],
    ['no prompt of that name', 'search', { method: 'prompts/get', target: 'search' }, false],
    ['no tool without a name', 'search', { target: undefined }, false],
    ['one of several tools', ['search', 'details'], { target: 'details' }, true],
    ['none but those', ['search', 'details'], { target: 'add' }, false],
    ['a tool named like a property of objects', 'constructor', { target: 'constructor' }, true],
    ['no property of objects', 'search', { target: 'constructor' }, false],
    ['a tool in a selector', { tool: 'search' }, { target: 'search' }, true],
    ['several tools in a selector', { tool: ['a', 'search'] }, { target: 'search' }, true],
    ['a method', { method: 'tools/list' }, { method: 'tools/list' }, true],
    ['no other method', { method: 'tools/list' }, { method: 'tools/call' }, false],
    ['one of several methods', { method: ['tools/list', 'prompts/list'] }, { method: 'prompts/list' }, true],
    ['methods by their beginning', { method: 'resources/*' }, { method: 'resources/templates/list' }, true],
    ['nothing that begins otherwise', { method: 'resources/*' }, { method: 'tools/list' }, false],
    ['every method', { method: '*' }, { method: 'completion/complete' }, true],
    ['what a tool says', { traits: { readOnly: true } }, { traits: { readOnly: true, openWorld: true } }, true],
    ['no tool that says the contrary', { traits: { readOnly: true } }, { traits: { readOnly: false } }, false],
    ['no tool that says nothing', { traits: { destructive: false } }, { traits: {} }, false],
    ['all traits together', { traits: { readOnly: true, openWorld: false } }, { traits: { readOnly: true } }, false],
    [
      'traits but for those left undefined',
      { traits: { readOnly: true, openWorld: undefined } },
      { traits: { readOnly: true, openWorld: true } },
      true,
    ],
    [
      'by all fields together',
      { tool: ['a', 'b'], traits: { readOnly: true } },
      { target: 'b', traits: { readOnly: true } },
      true,
    ],
    [
      'nothing that matches some fields only',
      { tool: 'a', traits: { readOnly: true } },
      { target: 'a', traits: {} },
      false,
    ],
    ['what a function says', ({ principal }) => principal === 'ann', { principal: 'ann' }, true],
    ['nothing that a function refuses', ({ principal }) => principal === 'ann', { principal: 'bob' }, false],
  ])('selects %s', async (_, selection, call, expected) => {
    expect(await isSelected(selection, call)).toBe(expected)
  })

  it('puts several middleware around the selected calls, the first one outermost', async () => {
    const adding =
      (name: string): Middleware =>
      async (call, next) => {
        const result = await next(call)
        return { ...result, by: [name, result['by']] }
      }
    const selected = only('tool', adding('a'), adding('b'))
    expect(await selected(fakeCall(), handler)).toMatchObject({ by: ['a', ['b', undefined]] })
    expect(await selected(fakeCall({ target: 'other' }), handler)).toEqual({ content: [] })
  })

  it('shows what it is made of', () => {
    expect(only('search', marking, marking).parts).toEqual([marking, marking])
  })

  it.each<[string, Selection, string[]]>([
    ['by name', 'read', ['read']],
    ['by several names', ['read', 'write', 'none'], ['read', 'write']],
    ['by what they say', { traits: { readOnly: true } }, ['read']],
    ['by name and method', { tool: 'write', method: 'tools/*' }, ['write']],
    ['by another method', { method: 'resources/*' }, []],
    ['by a function, which cannot be asked', ({ target }) => target === 'read', ['read', 'write', 'mute']],
  ])('shows what it is made of the tools it selects %s', (_, selection, expected) => {
    expect(shownTo((inner) => only(selection, marking, chain(inner)))).toEqual(expected)
  })

  it('shows what stands in two of them the tools that both select', () => {
    expect(shownTo((inner) => only(['read', 'mute'], only({ traits: { readOnly: true } }, inner)))).toEqual(['read'])
  })

  it.each<[unknown, string]>([
    [undefined, 'only: expected a tool name, an array of them, { tool, method, traits } or a function'],
    [null, 'only: expected a tool name, an array of them, { tool, method, traits } or a function'],
    [5, 'only: expected a tool name, an array of them, { tool, method, traits } or a function'],
    ['', "only.tool must be a name or an array of names that is not empty, got ''"],
    [[], 'only.tool must be a name or an array of names that is not empty, got an array'],
    [['a', ''], 'only.tool must be a name or an array of names that is not empty, got an array'],
    [{ tool: [1] }, 'only.tool must be a name or an array of names that is not empty, got an array'],
    [{ method: 7 }, 'only.method must be a name or an array of names that is not empty, got 7'],
    [{ method: 'a*b' }, "only.method must be a method, with a * at its end or not at all, got 'a*b'"],
    [{}, 'only: the selector is empty; give it tool, method or traits'],
    [{ tool: undefined }, 'only: the selector is empty; give it tool, method or traits'],
    [{ tools: 'search' }, 'only.tools is not an option; did you mean tool?'],
    [{ name: 'search' }, 'only.name is not an option; there are tool, method, traits'],
    [
      { traits: {} },
      'only.traits must be an object with at least one of readOnly, idempotent, destructive, openWorld, each true or false, got an object',
    ],
    [
      { traits: { readonly: true } },
      'only.traits must be an object with at least one of readOnly, idempotent, destructive, openWorld, each true or false, got an object',
    ],
    [
      { traits: { readOnly: 'yes' } },
      'only.traits must be an object with at least one of readOnly, idempotent, destructive, openWorld, each true or false, got an object',
    ],
    [
      { traits: 'readOnly' },
      "only.traits must be an object with at least one of readOnly, idempotent, destructive, openWorld, each true or false, got 'readOnly'",
    ],
  ])('refuses %o', (selection, message) => {
    expect(() => only(selection as Selection, marking)).toThrow(new TypeError(message))
  })

  it('refuses to be there for nothing', () => {
    expect(() => only('search')).toThrow(
      new TypeError("only: expected middleware after the selection, as in only('search', timeout()); got none"),
    )
  })

  it('refuses what is no middleware', () => {
    expect(() => only('search', 5 as unknown as Middleware)).toThrow(
      new TypeError('only: middleware 1 must be a function (call, next) => …, got a number'),
    )
  })

  it.each([
    ['search', ['search']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [{ tool: 'a' }, ['a']],
    [{ tool: ['a', 'b'], method: 'tools/call' }, ['a', 'b']],
    [{ method: 'tools/list' }, []],
    [() => true, []],
  ] as ReadonlyArray<[Selection, string[]]>)('says which tools it was told of: %j', (selection, names) => {
    expect(only(selection, marking).mentions).toEqual({ only: names })
  })
})
