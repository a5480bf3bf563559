import { describe, expect, it } from 'vitest'
import { jsonOf, markFrozen } from './frozen.ts'

describe('the JSON of frozen trees', () => {
  it('is made once for a tree that was marked', () => {
    let reads = 0
    const tree = Object.freeze({
      get content() {
        reads += 1
        return 'a'
      },
    })
    markFrozen(tree)
    reads = 0
    expect([jsonOf(tree), jsonOf(tree)]).toEqual(['{"content":"a"}', '{"content":"a"}'])
    expect(reads).toBe(1)
  })

  it('is known for what lies directly in the tree, which a shallow copy keeps', () => {
    const tree = markFrozen(Object.freeze({ tools: Object.freeze([1]), cursor: null, n: 1 }))
    expect(jsonOf({ ...tree }.tools)).toBe('[1]')
  })

  it('is not known for anything else', () => {
    expect(jsonOf(Object.freeze({ content: [] }))).toBeUndefined()
  })
})
