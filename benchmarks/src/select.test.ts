import { describe, expect, it } from 'vitest'
import type { Case, Group } from './case.ts'
import { chosen, setsOf } from './select.ts'

const caseOf = (name: string, base?: string): Case => ({
  name,
  ...(base === undefined ? {} : { base }),
  setup: () => Promise.reject(new Error('not run here')),
})

const chain: Group = {
  name: 'chain',
  module: '',
  cases: [caseOf('v1 bare'), caseOf('v1 chained', 'v1 bare'), caseOf('v2 bare'), caseOf('v2 chained', 'v2 bare')],
  comparisons: [{ name: 'v1 overhead', of: 'v1 chained', with: 'v1 bare', as: 'added' }],
}
const key: Group = { name: 'key', module: '', cases: [caseOf('small'), caseOf('large')] }
const cache: Group = { name: 'cache', module: '', cases: [caseOf('missing key')] }
const weighty: Group = { name: 'weighty', module: '', installs: 'much', cases: [caseOf('large key')] }
const groups = [chain, key, cache, weighty]

const names = (only: string | undefined) =>
  chosen(groups, only).map(({ group, cases }) => [group.name, ...cases.map(({ name }) => name)])

describe('chosen', () => {
  it('is everything when nothing is asked for', () => {
    expect(names(undefined).flat()).toHaveLength(3 + 4 + 2 + 1)
  })

  it('is a group of that name and nothing that merely contains it', () => {
    expect(names('key')).toEqual([['key', 'small', 'large']])
  })

  it('is what contains the text, with the base it is compared with', () => {
    expect(names('v2 ch')).toEqual([['chain', 'v2 bare', 'v2 chained']])
    expect(names('cache: miss')).toEqual([['cache', 'missing key']])
  })

  it('is something to be installed only when its group is named', () => {
    expect(names(undefined).flat()).not.toContain('weighty')
    expect(names('large')).toEqual([['key', 'large']])
    expect(names('weighty')).toEqual([['weighty', 'large key']])
    expect(names('weighty: large')).toEqual([['weighty', 'large key']])
  })

  it('is what a comparison needs', () => {
    expect(names('overhead')).toEqual([['chain', 'v1 bare', 'v1 chained']])
  })

  it('is nothing for a text that is nowhere', () => {
    expect(names('nowhere')).toEqual([])
  })
})

describe('setsOf', () => {
  it('puts together what has one base', () => {
    expect(setsOf(chain.cases).map((set) => set.map(({ name }) => name))).toEqual([
      ['v1 bare', 'v1 chained'],
      ['v2 bare', 'v2 chained'],
    ])
  })
})
