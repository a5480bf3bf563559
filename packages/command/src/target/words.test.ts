import { expect, it } from 'vitest'
import { targetOf } from './target.ts'
import { wordsOf } from './words.ts'

it.each([
  ['node server.js --port 3', ['node', 'server.js', '--port', '3']],
  ['  a   b ', ['a', 'b']],
  [`run "a b" 'c "d"' e\\ f`, ['run', 'a b', 'c "d"', 'e f']],
  [`x="a \\"b\\"" ''`, ['x=a "b"', '']],
  ['', []],
])('%s', (line, words) => {
  expect(wordsOf(line)).toEqual(words)
})

it('a quote that is never closed is told', () => {
  expect(() => wordsOf(`a 'b`)).toThrow("has a ' that is never closed: a 'b")
})

it('a program is words, or one text', () => {
  const program = { kind: 'stdio', file: 'node', args: ['a b.js'], name: 'node a b.js' }
  expect(targetOf(['node', 'a b.js'])).toEqual(program)
  expect(targetOf(['node "a b.js"'])).toEqual(program)
})

it('a password is in no report', () => {
  expect(targetOf(['http://ann:secret@127.0.0.1:3/mcp']).name).toBe('http://127.0.0.1:3/mcp')
})
