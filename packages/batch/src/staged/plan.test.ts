import { describe, expect, it } from 'vitest'
import { stagedWorld } from '../fixtures/stagedWorld.ts'

const deep = (levels: number): unknown => {
  let value: unknown = 1
  for (let n = 0; n < levels; n += 1) value = [value]
  return value
}

describe('nothing is run, and a sentence says why, when', () => {
  it.each<[string, unknown, string]>([
    ['the arguments are no object', [], 'the arguments must be an object'],
    ['they have something else', { step: [] }, 'the arguments must have steps, return and nothing else, got "step"'],
    ['there are no steps', { steps: [] }, 'steps must hold 1 to 3 steps, got 0'],
    ['there are too many', { steps: [1, 2, 3, 4] }, 'steps must hold 1 to 3 steps, got 4'],
    ['steps are no list', { steps: {} }, 'steps must be a list of { id, tool, arguments }'],
    ['a step is no object', { steps: ['a'] }, 'steps[0] must be an object'],
    [
      'a step has something else',
      { steps: [{ id: 'a', tool: 't', args: {} }] },
      'steps[0] must have id, tool, arguments, after and nothing else, got "args"',
    ],
    ['an id is missing', { steps: [{ tool: 't' }] }, 'steps[0].id must be a short name'],
    ['an id is a trap', { steps: [{ id: '__proto__', tool: 't' }] }, 'steps[0].id must be a short name'],
    ['two steps share an id', { steps: [a(), a()] }, 'two steps are called "a"; each needs an id of its own'],
    ['no tool is named', { steps: [{ id: 'a' }] }, 'step "a" must name its tool'],
    ['arguments are a list', { steps: [a([])] }, 'the arguments of step "a" must be an object'],
    ['after is no list', { steps: [a({}, 'b')] }, 'after of step "a" must be a list of ids of steps'],
    ['return is no list', { steps: [a()], return: 'a' }, 'return must be a list of ids of steps'],
    ['return names no step', { steps: [a()], return: ['b'] }, 'return names "b", which is no step; there are a'],
    [
      'a step waits for none that is there',
      { steps: [a({}, ['nobody'])] },
      'step "a" waits for or refers to "nobody", which is no step; there are a',
    ],
    [
      'a reference is misspelled',
      { steps: [a({ x: { $ref: 'fnd.id' } }), b()] },
      'step "a" waits for or refers to "fnd", which is no step; there are a, b',
    ],
    ['a reference is none', { steps: [a({ x: { $ref: '#/a' } })] }, 'in step "a" "#/a" is no reference; write the id'],
    ['a reference breaks off', { steps: [a({ x: { $ref: 'b.x[' } }), b()] }, 'in step "a" "b.x[" is no reference'],
    ['a reference is a number', { steps: [a({ x: { $ref: 5 } })] }, 'in step "a" 5 is no reference'],
    ['a text is a number', { steps: [a({ x: { $text: 5 } })] }, 'in step "a" $text must be a text, got a number'],
    ['a text is nothing', { steps: [a({ x: { $text: null } })] }, 'in step "a" $text must be a text, got null'],
    ['a text holds no reference', { steps: [a({ x: { $text: '{{ }}' } })] }, 'in step "a" " " is no reference'],
    ['a step waits for itself', { steps: [a({ x: { $ref: 'a.b' } })] }, 'in a circle: a → a'],
    [
      'steps wait for each other',
      { steps: [a({ x: { $ref: 'b.x' } }), b({ x: { $text: '{{c.x}}' } }), { id: 'c', tool: 't', after: ['a'] }] },
      'the steps wait for each other in a circle: a → b → c → a',
    ],
    ['arguments are a pit', { steps: [a({ x: deep(20_000) })] }, 'in step "a" the arguments are nested more than 64'],
  ])('%s', async (_, input, message) => {
    const { send, runs } = stagedWorld({ t: () => ({}) }, { maxSteps: 3 })
    const { content, isError } = (await send(input).answer) as unknown as { content: [{ text: string }]; isError: true }
    expect(isError).toBe(true)
    expect(content[0].text).toContain(message)
    expect(content[0].text).toMatch(/^Nothing was run: .*\.$/s)
    expect(runs).toEqual([])
  })
})

function a(args: unknown = {}, after: unknown = []) {
  return { id: 'a', tool: 't', arguments: args, after }
}

function b(args: unknown = {}) {
  return { id: 'b', tool: 't', arguments: args }
}
