import { subscribe } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { stagedWorld, turn } from '../fixtures/stagedWorld.ts'

const nobody = () => Promise.reject(new Error('unused'))

const tools = {
  search: () => ({ cities: [{ id: 7, name: 'Paris' }, { id: 8 }], total: 2 }),
  details: ({ id }: { readonly [name: string]: never }) => ({ id, people: 100 }),
  fail: () => ({ content: [{ type: 'text', text: 'The index is down.' }], isError: true }),
  throws: () => Promise.reject(new Error('Invalid params')),
}

describe('a staged call', () => {
  it('runs steps that use the results of others', async () => {
    const { run, runs } = stagedWorld(tools)
    const { steps, isError } = await run([
      { id: 'details', tool: 'details', arguments: { id: { $ref: 'find.cities[0].id' } } },
      { id: 'find', tool: 'search', arguments: { name: 'Paris' } },
    ])
    expect(runs).toEqual([
      { tool: 'search', args: { name: 'Paris' } },
      { tool: 'details', args: { id: 7 } },
    ])
    expect(steps['details']).toEqual({ status: 'ok', value: { id: 7, people: 100 } })
    expect(isError).toBe(false)
  })

  it('shows what is asked for and what went wrong, as structured content and as text', async () => {
    const { run } = stagedWorld(tools)
    const { steps, text } = await run(
      [
        { id: 'find', tool: 'search' },
        { id: 'details', tool: 'details', arguments: { id: { $ref: 'find.total' } } },
        { id: 'bad', tool: 'fail' },
      ],
      ['details'],
    )
    expect(steps).toEqual({
      details: { status: 'ok', value: { id: 2, people: 100 } },
      bad: { status: 'error', message: 'The index is down.' },
    })
    expect(JSON.parse(text)).toEqual({ steps })
  })

  it('runs independent steps side by side, so many at a time', async () => {
    const open: Array<() => void> = []
    const wait = () => new Promise<object>((resolve) => open.push(() => resolve({})))
    const { send } = stagedWorld({ wait }, { maxConcurrent: 2 })
    const { answer } = send({ steps: ['a', 'b', 'c'].map((id) => ({ id, tool: 'wait' })) })
    await turn()
    expect(open).toHaveLength(2)
    open[0]?.()
    await turn()
    expect(open).toHaveLength(3)
    for (const end of open) end()
    expect(await answer).toMatchObject({ structuredContent: { steps: { a: {}, b: {}, c: {} } } })
  })

  it('lets a step wait for another without using its result', async () => {
    const order: string[] = []
    const note = async ({ n }: { readonly [name: string]: never }) => {
      order.push(`begin ${n}`)
      await turn()
      order.push(`end ${n}`)
      return {}
    }
    await stagedWorld({ note }).run([
      { id: 'b', tool: 'note', arguments: { n: 'b' }, after: ['a'] },
      { id: 'a', tool: 'note', arguments: { n: 'a' } },
    ])
    expect(order).toEqual(['begin a', 'end a', 'begin b', 'end b'])
  })

  it('that has a step fail runs those that do not need it, and says why the others were not run', async () => {
    const { run, runs } = stagedWorld(tools)
    const { steps, isError } = await run([
      { id: 'bad', tool: 'fail' },
      { id: 'needs', tool: 'details', arguments: { id: { $ref: 'bad.id' } } },
      { id: 'late', tool: 'details', arguments: { id: 1 }, after: ['needs'] },
      { id: 'lost', tool: 'throws' },
      { id: 'free', tool: 'details', arguments: { id: 3 } },
    ])
    expect(steps).toEqual({
      bad: { status: 'error', message: 'The index is down.' },
      needs: { status: 'skipped', message: 'Not run, because step "bad" failed.' },
      late: { status: 'skipped', message: 'Not run, because step "needs" was not run.' },
      lost: { status: 'error', message: 'Invalid params' },
      free: { status: 'ok', value: { id: 3, people: 100 } },
    })
    expect(runs.map(({ tool }) => tool).toSorted()).toEqual(['details', 'fail', 'throws'])
    expect(isError).toBe(false)
  })

  it('is an error when no step went well', async () => {
    const { run } = stagedWorld({ ...tools, text: () => Promise.reject('a text') })
    const { isError, steps } = await run([
      { id: 'bad', tool: 'fail' },
      { id: 'worse', tool: 'text' },
    ])
    expect(isError).toBe(true)
    expect(steps['worse']).toEqual({ status: 'error', message: 'a text' })
  })

  it.each<[string, unknown, object]>([
    ['asks for input', { resultType: 'input_required' }, { message: /asks for input/ }],
    ['fails with data', { content: [], structuredContent: { code: 5 }, isError: true }, { message: /^\{"code":5\}$/ }],
    [
      'fails at length',
      { content: [{ type: 'text', text: 'x'.repeat(1e6) }], isError: true },
      { message: /^x{2000}$/ },
    ],
    ['fails without a word', { content: [], isError: true }, { message: /^\[\]$/ }],
  ])('says in bounds what happened to a step whose tool %s', async (_, result, { message }: { message?: RegExp }) => {
    const { run } = stagedWorld({ odd: () => result })
    const { steps } = await run([{ id: 'odd', tool: 'odd' }])
    expect(steps['odd']?.status).toBe('error')
    expect(steps['odd']?.message).toMatch(message as RegExp)
  })

  it('leaves out what is too large to show, which later steps can use all the same', async () => {
    const { run, runs } = stagedWorld(
      { big: () => ({ text: 'x'.repeat(500), id: 5 }), details: tools.details },
      { maxResultBytes: 100 },
    )
    const { steps, text } = await run([
      { id: 'big', tool: 'big' },
      { id: 'small', tool: 'details', arguments: { id: { $ref: 'big.id' } } },
    ])
    expect(steps['big']).toEqual({
      status: 'ok',
      message:
        'It went well, but its value takes 518 bytes where 100 are left, so it is not shown; later steps could use it.',
    })
    expect(steps['small']).toMatchObject({ status: 'ok', value: { id: 5 } })
    expect(runs).toHaveLength(2)
    expect(text.length).toBeLessThan(400)
  })

  it('says so when a value cannot be written', async () => {
    const circle: { self?: unknown } = {}
    circle.self = circle
    const { run } = stagedWorld({ circle: () => circle, nothing: () => ({ content: null }) })
    const { steps } = await run([
      { id: 'a', tool: 'circle' },
      { id: 'b', tool: 'nothing' },
    ])
    expect(steps['a']).toEqual({ status: 'ok', message: 'It went well, but its value cannot be written as JSON.' })
    expect(steps['b']).toEqual({ status: 'ok', value: null })
  })

  it('that is cancelled ends at once, and starts nothing more', async () => {
    const open: Array<() => void> = []
    const wait = () => new Promise<object>((resolve) => open.push(() => resolve({})))
    const { send } = stagedWorld({ wait }, { maxConcurrent: 1 })
    const { call, answer } = send({
      steps: [
        { id: 'a', tool: 'wait' },
        { id: 'b', tool: 'wait' },
        { id: 'c', tool: 'wait', after: ['a'] },
      ],
    })
    await turn()
    call.abort('left')
    await expect(answer).rejects.toBe('left')
    open[0]?.()
    await turn()
    expect(open).toHaveLength(1)
    const late = send({ steps: [{ id: 'a', tool: 'wait' }] }, {})
    late.call.abort('left')
    await expect(late.answer).rejects.toBe('left')
  })

  it('that was cancelled before it came runs nothing', async () => {
    const { middleware, runs } = stagedWorld(tools)
    const call = fakeCall({ target: 'run_steps', input: { steps: [{ id: 'a', tool: 'search' }] } })
    call.abort('left')
    await expect(middleware(call, nobody)).rejects.toBe('left')
    expect(runs).toEqual([])
  })

  it('says how far it is to a caller who asks', async () => {
    const { send } = stagedWorld(tools)
    const steps = [
      { id: 'a', tool: 'search' },
      { id: 'b', tool: 'search' },
    ]
    const params = { name: 'run_steps', arguments: { steps }, _meta: { progressToken: 1 } }
    const { call, answer } = send({ steps }, { params })
    await answer
    expect(call.notifications.at(-1)).toMatchObject({ params: { progress: 2, total: 2 } })
  })

  it('is told of on the channel', async () => {
    const events: object[] = []
    const stop = subscribe('batch', (event) => events.push(event))
    await stagedWorld(tools).run([
      { id: 'a', tool: 'fail' },
      { id: 'b', tool: 'search', after: ['a'] },
      { id: 'c', tool: 'search' },
    ])
    stop()
    expect(events).toEqual([
      expect.objectContaining({
        type: 'staged.settled',
        operation: 'tools/call run_steps',
        steps: 3,
        failed: 1,
        skipped: 1,
      }),
    ])
  })
})
