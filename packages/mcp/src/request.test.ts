import { describe, expect, it } from 'vitest'
import { isContinuation } from './context.ts'
import { inputOf, targetOf, withInput } from './request.ts'

const _meta = { progressToken: 1, traceparent: '00-1-1-01' }

describe('what an answer depends on', () => {
  it.each([
    ['tools/call', { name: 'search', arguments: { q: 'a' } }, { q: 'a' }],
    ['tools/call', { name: 'search' }, {}],
    ['prompts/get', { name: 'greet', arguments: { who: 'ann' } }, { who: 'ann' }],
    ['resources/read', { uri: 'x://1' }, { uri: 'x://1' }],
    ['tools/list', { cursor: '2' }, { cursor: '2' }],
    ['resources/list', {}, {}],
  ])('of %s %j is never its _meta', (method, params, input) => {
    expect(inputOf({ method, params })).toEqual(input)
    expect(inputOf({ method, params: { ...params, _meta } })).toEqual(input)
  })

  it.each([
    ['tools/call', { name: 'search', arguments: { q: 'a' }, _meta }, { q: 'b' }],
    ['resources/read', { uri: 'x://1', _meta }, { uri: 'x://2' }],
    ['tools/list', { _meta }, { cursor: '2' }],
  ])('of %s is changed without losing the _meta', (method, params, input) => {
    const changed = withInput({ method, params }, input)
    expect(changed.params?.['_meta']).toBe(_meta)
    expect(inputOf(changed)).toEqual(input)
    expect(targetOf(changed)).toBe(method === 'resources/read' ? 'x://2' : targetOf({ method, params }))
  })
})

describe('a request that goes on with a dialogue', () => {
  it.each([
    ['answers the questions that were asked', { inputResponses: { name: 'ann' } }, true],
    ['carries the state that was given', { requestState: () => 'state' }, true],
    ['does neither', { requestState: () => undefined }, false],
    ['is the first', {}, false],
  ])('%s', (_, mcpReq, isOne) => {
    expect(isContinuation({ mcpReq })).toBe(isOne)
  })
})
