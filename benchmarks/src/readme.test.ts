import { describe, expect, it } from 'vitest'
import { machine, withTable } from './readme.ts'

describe('withTable', () => {
  it('replaces what stands between the markers and nothing else', () => {
    const before = 'above\n<!-- table: begin -->\nold\n<!-- table: end -->\nbelow\n'
    const after = withTable(before, 'new $& table')
    expect(after).toBe('above\n<!-- table: begin -->\n\n```text\nnew $& table\n```\n\n<!-- table: end -->\nbelow\n')
    expect(withTable(after, 'new $& table')).toBe(after)
  })

  it('refuses a text without markers', () => {
    expect(() => withTable('nothing here', 'table')).toThrow('<!-- table: begin -->')
  })
})

describe('machine', () => {
  it('says processor, cores, memory, system and Node', () => {
    expect(machine()).toMatch(/^.+, \d+ cores, \d+ GB, \w+ [\d.]+, Node \d+\.\d+\.\d+$/)
  })
})
