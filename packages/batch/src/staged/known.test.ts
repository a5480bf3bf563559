import type { Result } from '@millrace/core'
import { expect, it } from 'vitest'
import { stagedWorld } from '../fixtures/stagedWorld.ts'
import { staged } from '../index.ts'

const write = { id: 'a', tool: 'write' }
const wrong = { id: 'b', tool: 'wirte', after: ['a'] }
const tools = { write: () => ({ done: true }) }

/** A world that knows its tools, whose list has `pages`. */
const worldOf = (pages: ReadonlyArray<Result | Error>, options: { readonly tools?: readonly string[] } = {}) => {
  const lists: Array<unknown> = []
  const list = (cursor: unknown): Result => {
    lists.push(cursor)
    const page = pages[lists.length - 1] ?? pages.at(-1)
    if (page instanceof Error) throw page
    return page as Result
  }
  return { ...stagedWorld(tools, { toolNames: () => ['write'], ...options }, list), lists }
}

it('a tool that is not there is found before anything is run', async () => {
  const { run, runs, lists } = worldOf([{ tools: [{ name: 'write' }, { name: 'run_steps' }] }])
  const { text, isError } = await run([write, wrong])
  expect(text).toBe('Nothing was run: step "b" cannot call wirte: the server has no such tool; the nearest is write.')
  expect([isError, runs, lists]).toEqual([true, [], [undefined]])
})

it('a step is told what there is to call, ten names of it', async () => {
  const names = Array.from({ length: 12 }, (_, n) => `tool_${n}`)
  const { run } = worldOf([{ tools: names.map((name) => ({ name })) }])
  expect((await run([{ id: 'a', tool: 'weather' }])).text).toContain(`there are ${names.slice(0, 10).join(', ')}, …`)
  const none = worldOf([{ tools: [{ name: 'run_steps' }] }])
  expect((await none.run([{ id: 'a', tool: 'weather' }])).text).toContain('there are none')
})

it('the list is asked for only when a tool is missing, on all of its pages', async () => {
  const known = worldOf([])
  expect((await known.run([write])).steps['a']?.status).toBe('ok')
  expect(known.lists).toEqual([])
  const { run, lists, runs } = worldOf([{ tools: [], nextCursor: 'c' }, { tools: [{ name: 'wirte' }] }])
  expect((await run([write, wrong])).steps['b']).toEqual({ status: 'error', message: 'Tool wirte not found' })
  expect([lists, runs.length]).toEqual([[undefined, 'c'], 2])
})

it.each<[string, Result | Error]>([
  ['fails', new Error('down')],
  ['is none', { tools: 5 }],
  ['never ends', { tools: [], nextCursor: 'c' }],
])('where the list %s the step says what is wrong', async (_, page) => {
  const { run, runs, lists } = worldOf([page])
  expect((await run([write, wrong])).steps['b']?.message).toBe('Tool wirte not found')
  expect(runs).toHaveLength(2)
  expect(lists.length).toBeLessThanOrEqual(50)
})

it('nothing is looked for where the tools are not known', async () => {
  const { run } = stagedWorld(tools, { toolNames: () => undefined })
  expect((await run([write, wrong])).steps['a']?.status).toBe('ok')
})

it('names the tools that it was told of, so that a door can warn of one that is not there', () => {
  const invoke = () => Promise.reject(new Error('unused'))
  expect(staged({ invoke, tools: ['write', 'nosuch'] }).mentions).toEqual({ 'staged.tools': ['write', 'nosuch'] })
  expect(staged({ invoke, tools: () => true }).mentions).toEqual({})
})
