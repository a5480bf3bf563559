import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { groups } from './groups/index.ts'
import { group as overload } from './overload/group.ts'
import { machine, withTable } from './readme.ts'

describe('withTable', () => {
  it('replaces what stands between the markers and nothing else', () => {
    const before = 'above\n<!-- table: begin -->\nold\n<!-- table: end -->\nbelow\n'
    const after = withTable(before, 'table', 'new $& table')
    expect(after).toBe('above\n<!-- table: begin -->\n\n```text\nnew $& table\n```\n\n<!-- table: end -->\nbelow\n')
    expect(withTable(after, 'table', 'new $& table')).toBe(after)
  })

  it('refuses a text without markers', () => {
    expect(() => withTable('nothing here', 'key', 'table')).toThrow('<!-- key: begin -->')
  })
})

describe('machine', () => {
  it('says processor, cores, memory, system and Node', () => {
    expect(machine()).toMatch(/^.+, \d+ cores, \d+ GB, \w+ [\d.]+, Node \d+\.\d+\.\d+$/)
  })
})

describe('the README', () => {
  const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

  it.each([...groups.map(({ name }) => name), overload])(
    'has a place for the table of %s, and says what it asks',
    (name) => {
      expect(() => withTable(page, name, 'table')).not.toThrow()
      expect(page).toContain(`| \`${name}\` |`)
    },
  )
})
