import { checkOrder } from '@millrace/core'
import { fakeCall, middlewareContract } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { stagedWorld } from '../fixtures/stagedWorld.ts'
import { staged } from '../index.ts'

const nobody = () => Promise.reject(new Error('unused'))

describe('staged keeps the contract of a middleware', () => {
  for (const { name, run } of middlewareContract(() => staged({ invoke: nobody }))) it(name, run)
})

const tools = { search: () => ({ cities: [] }), details: () => ({}) }

describe('the tool', () => {
  it('stands at the end of the last page of the list', async () => {
    const { middleware } = stagedWorld({}, { annotations: { readOnlyHint: true }, maxSteps: 3 })
    const call = fakeCall({ method: 'tools/list' })
    const list = await middleware(call, async () => ({ tools: [{ name: 'a' }] }))
    const [, own] = list['tools'] as [unknown, { inputSchema: { properties: { steps: object } } }]
    expect(list['tools']).toHaveLength(2)
    expect(own).toMatchObject({ name: 'run_steps', annotations: { readOnlyHint: true } })
    expect(own.inputSchema.properties.steps).toMatchObject({ maxItems: 3 })
    for (const other of [{ tools: [], nextCursor: 'c' }, { tools: 'none' }, undefined])
      expect(await middleware(call, async () => other as never)).toBe(other)
  })

  it('refuses a name that the server has, when it is attached', () => {
    const { middleware } = stagedWorld({}, { name: 'search' })
    expect(() => middleware.inspect?.({ traits: () => ({}) })).toThrow(
      'staged.name: the server has a tool called search already; give another name',
    )
    expect(() => middleware.inspect?.({ traits: () => undefined })).not.toThrow()
  })

  it('belongs outside what limits calls', () => {
    const queue = Object.assign(async () => ({}), { stage: 'queue' as const })
    expect(checkOrder([stagedWorld({}).middleware, queue])).toEqual([])
    expect(checkOrder([queue, stagedWorld({}).middleware])).toEqual([expect.stringContaining('holds a slot')])
  })

  it('is not one of its own steps, nor is another of its kind', async () => {
    const { run, runs, send } = stagedWorld(tools)
    const { text } = await run([{ id: 'again', tool: 'run_steps' }])
    expect(text).toBe('Nothing was run: step "again" cannot call run_steps: it cannot call itself.')
    const params = { _meta: { 'millrace/step': 'a' } }
    const { answer } = send({ steps: [{ id: 'a', tool: 'search' }] }, { params })
    expect(await answer).toMatchObject({
      isError: true,
      content: [{ text: 'A step of a staged call cannot be one itself: call run_steps on its own.' }],
    })
    expect(runs).toEqual([])
  })

  it.each<[Parameters<typeof stagedWorld>[1]]>([[{ tools: ['search'] }], [{ tools: (name) => name === 'search' }]])(
    'calls only what it may: %o',
    async (options) => {
      const { run, runs } = stagedWorld(tools, options)
      expect((await run([{ id: 'a', tool: 'details' }])).text).toBe(
        'Nothing was run: step "a" cannot call details: steps may not call this tool.',
      )
      await run([{ id: 'a', tool: 'search' }])
      expect(runs).toHaveLength(1)
    },
  )

  it.each<[unknown, string]>([
    [undefined, 'staged.invoke must be a function (call, request), such as invoke of @millrace/mcp'],
    [{ invoke: 5 }, 'staged.invoke must be a function, got 5'],
    [{ invoke: nobody, maxSteps: 0 }, 'staged.maxSteps must be an integer from 1 to 1000, got 0'],
    [{ invoke: nobody, tools: [5] }, 'staged.tools must be an array of names of tools or a function, got an array'],
    [{ invoke: nobody, steps: 1 }, 'staged.steps is not an option'],
  ])('refuses %o', (options, message) => {
    expect(() => staged(options as never)).toThrow(message)
  })

  it('has a mistake of the author seen, not answered', async () => {
    const tools = () => {
      throw new Error('broken')
    }
    await expect(stagedWorld({}, { tools }).run([{ id: 'a', tool: 'b' }])).rejects.toThrow('broken')
  })
})
