import { existsSync, mkdtempSync, readFileSync, rmSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { CommandError } from '../commandError.ts'
import { run } from '../fixtures/run.ts'
import { output } from './output.ts'

const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'millrace-output-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}
const nowhere = { stdout: { write: () => {} } }

it('a text goes to its file, or to stdout, or nowhere', () => {
  let out = ''
  const terminal = { stdout: { write: (text: string) => (out += text) } }
  const file = join(folder(), 'a.json')
  const write = output(file, 'report', terminal)
  expect(existsSync(file)).toBe(false)
  write('one')
  output('-', 'report', terminal)('two')
  output(undefined, 'report', terminal)('three')
  expect([readFileSync(file, 'utf8'), out]).toEqual(['one', 'two'])
})

it('where nothing can be written is told before anything is measured', async () => {
  const inside = folder()
  expect(() => output(inside, 'report', nowhere)).toThrow(`The report cannot be written to ${inside}: it is a folder.`)
  expect(() => output(join(inside, 'no', 'a'), 'report', nowhere)).toThrow(CommandError)
  const file = join(inside, 'no', 'a.json')
  // Nobody listens there: had it been asked, that would be the complaint.
  for (const flags of [
    ['bench', '--json', file],
    ['bench', '--html', file],
    ['profile', '-o', file],
    ['doctor', '--json', file],
  ]) {
    const { code, err } = await run([...flags, 'http://127.0.0.1:1/mcp'])
    expect([code, err]).toEqual([2, expect.stringMatching(/^The \w+ cannot be written to .*ENOENT/)])
  }
  const { err } = await run(['compare', 'http://127.0.0.1:1', 'http://127.0.0.1:1', '--json', file])
  expect(err).toMatch(/^The comparison cannot be written to/)
})

it('a folder that goes away meanwhile is a sentence all the same', () => {
  const inside = folder()
  const write = output(join(inside, 'a'), 'report', nowhere)
  rmdirSync(inside)
  expect(() => write('late')).toThrow(/^The report cannot be written to .*ENOENT/)
})

it('two reports do not share stdout', async () => {
  const { code, err } = await run(['bench', 'http://127.0.0.1:1/mcp', '--json', '-', '--html', '-'])
  expect([code, err]).toEqual([2, 'Only one of --json and --html can go to stdout.\n'])
})
