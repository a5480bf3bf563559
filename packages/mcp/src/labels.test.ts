import { expect, it } from 'vitest'
import { Labels } from './labels.ts'

it('a thousand operations have labels of their own, whatever their methods, and the rest one for each method', () => {
  const labels = new Labels()
  for (let n = 0; n < 500; n += 1) {
    expect(labels.of('tools/call', `t${n}`, true)).toBe(`tools/call t${n}`)
    expect(labels.of('prompts/get', `p${n}`, true)).toBe(`prompts/get p${n}`)
  }
  expect(labels.of('tools/call', 'more', true)).toBe('tools/call (unknown)')
  expect(labels.of('prompts/get', 'more', true)).toBe('prompts/get (unknown)')
  expect([labels.known('tools/call', 't499'), labels.known('tools/call', 'more')]).toEqual([
    'tools/call t499',
    undefined,
  ])
})

it('what does not exist takes none of them', () => {
  const labels = new Labels()
  for (let n = 0; n < 2000; n += 1) expect(labels.of('tools/call', `t${n}`, false)).toBe('tools/call (unknown)')
  expect(labels.of('tools/call', 'real', true)).toBe('tools/call real')
})

it('a hundred methods have labels of their own, again and again', () => {
  const labels = new Labels()
  for (let round = 0; round < 2; round += 1) {
    for (let n = 0; n < 100; n += 1) expect(labels.ofMethod(`custom/${n}`)).toBe(`custom/${n}`)
    expect(labels.ofMethod('custom/100')).toBe('(unknown)')
  }
})
