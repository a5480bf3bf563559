import { describe, expect, it } from 'vitest'
import { freezeTree, jsonOf } from './frozen.ts'

/** A tree that counts how often it is made JSON of. */
const counted = () => {
  const looks = { count: 0 }
  const tree = { content: [{ type: 'text' }], toJSON: undefined as unknown }
  Object.defineProperty(tree, 'toJSON', {
    value: () => {
      looks.count += 1
      return { content: tree.content }
    },
  })
  return { tree, looks }
}

describe('a frozen tree', () => {
  it('is frozen through and through, however deep', () => {
    const tree = freezeTree({ a: [{ b: { c: 1 } }], d: null, e: 'text' })
    for (const part of [tree, tree.a, tree.a[0], tree.a[0]?.b]) expect(Object.isFrozen(part)).toBe(true)
    let deep: object = {}
    for (let depth = 0; depth < 100_000; depth += 1) deep = { deep }
    expect(Object.isFrozen(freezeTree(deep))).toBe(true)
  })

  it('looks like what it was', () => {
    const tree = freezeTree({ content: [{ type: 'text', text: 'a' }] })
    expect(tree).toStrictEqual({ content: [{ type: 'text', text: 'a' }] })
    expect(Reflect.ownKeys(tree)).toEqual(['content'])
    expect(structuredClone(tree)).toStrictEqual(tree)
  })

  it('is made JSON of once', () => {
    const { tree, looks } = counted()
    freezeTree(tree)
    expect([jsonOf(tree), jsonOf(tree)]).toEqual(Array(2).fill('{"content":[{"type":"text"}]}'))
    expect(looks.count).toBe(1)
  })

  it('has parts whose JSON a shallow copy keeps', () => {
    const tree = freezeTree({ tools: [1], cursor: null, n: 1 })
    expect(jsonOf({ ...tree })).toBeUndefined()
    expect(jsonOf({ ...tree }.tools)).toBe('[1]')
  })

  it('may be frozen twice, and be part of another', () => {
    const part = freezeTree({ n: 1 })
    const whole = freezeTree({ part, again: part })
    expect(freezeTree(whole)).toBe(whole)
    expect(jsonOf(whole)).toBe('{"part":{"n":1},"again":{"n":1}}')
  })

  it('is not anything that somebody else has frozen', () => {
    expect(jsonOf(Object.freeze({ content: [] }))).toBeUndefined()
  })
})
