import { isFrozenTree, jsonOf } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { memoryStore } from '../memory/memoryStore.ts'
import { Snapshot } from './snapshot.ts'
import { TextEntry } from './textEntry.ts'

const result = { content: [{ type: 'text', text: 'one' }] }

const entryOf = (copy: Snapshot): TextEntry =>
  new TextEntry(copy, {
    storedAt: 1,
    freshUntil: 2,
    keptUntil: 3,
    loadMs: 1,
    operation: 'tools/call a',
    principal: undefined,
    target: 'a',
    tags: [],
  })

describe('an entry that is text', () => {
  it('has its result made when somebody asks for it, once', () => {
    const entry = entryOf(new Snapshot(result, false))
    expect(entry.isText).toBe(true)
    expect(entry.result).toStrictEqual(result)
    expect(entry.isText).toBe(false)
    expect(entry.result).toBe(entry.result)
    expect(isFrozenTree(entry.result)).toBe(true)
  })

  it('gives a door the JSON that it was', () => {
    const { json, result: tree } = new Snapshot(result, false)
    expect(jsonOf(tree)).toBe(json)
  })

  it('is none where the result is wanted at once, or JSON makes something else of it', () => {
    expect(entryOf(new Snapshot(result, true)).isText).toBe(false)
    const dated = entryOf(new Snapshot({ content: [], at: new Date(0) }, false))
    expect(dated.isText).toBe(false)
    expect(dated.result).toStrictEqual({ content: [], at: '1970-01-01T00:00:00.000Z' })
  })

  it('weighs the same as one that is not', () => {
    const stores = [true, false].map((isWanted) => {
      const store = memoryStore({ clock: { now: () => 1, after: () => ({ cancel: () => {} }) } })
      const entry = entryOf(new Snapshot(result, isWanted))
      void store.set('a', isWanted ? entry.toPlain() : entry)
      return store
    })
    const [plain, text] = stores.map((store) => store.stats())
    expect(text).toEqual(plain)
  })

  it('is the same in fields of its own', () => {
    const plain = entryOf(new Snapshot(result, false)).toPlain()
    expect(JSON.parse(JSON.stringify(plain))).toEqual({
      result,
      storedAt: 1,
      freshUntil: 2,
      keptUntil: 3,
      loadMs: 1,
      bytes: JSON.stringify(result).length,
      operation: 'tools/call a',
      target: 'a',
      tags: [],
    })
  })
})

describe('a result that JSON would change', () => {
  it.each<[string, object]>([
    ['a date', { at: new Date(0) }],
    ['a field that is undefined', { gone: undefined }],
    ['a function', { f: () => 1 }],
    ['minus zero', { n: -0 }],
    ['NaN', { list: [Number.NaN] }],
    ['a hole', { list: [, 1] }],
    ['a symbol', { [Symbol('hint')]: 1 }],
    ['an object of a class', { o: new (class {})() }],
    ['its own idea of its JSON', { o: { toJSON: () => 1 } }],
  ])('is copied: with %s', (_, more) => {
    const copy = new Snapshot({ content: [], ...more }, false)
    expect(copy.kept).toStrictEqual(JSON.parse(JSON.stringify({ content: [], ...more })))
    expect(copy.weight).toBeGreaterThan(0)
  })

  it('is copied where a field can be read only once', () => {
    let looks = 0
    const once = {
      content: [],
      get field() {
        looks += 1
        if (looks > 1) throw new Error('once')
        return 1
      },
    }
    expect(new Snapshot(once, false).kept).toEqual({ content: [], field: 1 })
  })
})
