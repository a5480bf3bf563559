import { keepCause } from '@millrace/core'
import type { Call, Result } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import type { FakeCallOptions } from '@millrace/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { bytesOf, limit } from '../fixtures/limiting.ts'
import { eventsOf } from '../fixtures/world.ts'
import { limitResult } from '../index.ts'
import type { LimitResultOptions } from '../index.ts'

const cities = (count: number) => Array.from({ length: count }, (_, id) => ({ id, name: `City ${id}` }))
const text = (value: string) => ({ type: 'text', text: value })

describe('limitResult leaves alone', () => {
  const large = text('line\n'.repeat(1000))
  it.each<[string, unknown, FakeCallOptions]>([
    ['what is small enough', { content: [text('x'.repeat(900))] }, {}],
    ['an isError answer', { content: [large], isError: true }, {}],
    ['a question to the caller', { content: [large], resultType: 'input_required' }, {}],
    ['undefined', undefined, {}],
    ['null', null, {}],
    ['lists', { tools: cities(1000) }, { method: 'tools/list' }],
    ['prompts', { messages: cities(1000) }, { method: 'prompts/get' }],
    ['what has nothing to cut', { own: 'small' }, {}],
  ])('%s', async (_, result, call) => {
    const answer = await limitResult({ maxBytes: 1024, maxRows: 1 })(fakeCall(call), async () => result as Result)
    expect(answer).toBe(result)
  })

  it('a failure that an SDK hid', async () => {
    const result = { content: [large], isError: true }
    const next = async (call: Call) => {
      keepCause(call, result, new Error('hidden'))
      return result
    }
    expect(await limitResult({ maxBytes: 1024 })(fakeCall(), next)).toBe(result)
  })

  it('what cannot be sent anyway', async () => {
    const circle: { [name: string]: unknown } = { content: [large] }
    circle['self'] = circle
    expect(await limitResult({ maxBytes: 1024 })(fakeCall(), async () => circle)).toBe(circle)
    const big = { content: [large], structuredContent: { big: 10n } }
    expect(await limitResult({ maxBytes: 1024 })(fakeCall(), async () => big)).toBe(big)
  })

  it('what is too deep to be cut, and cuts a text of that kind as JSON where it can, as text where it cannot', async () => {
    let deep: unknown = 1
    for (let n = 0; n < 100_000; n += 1) deep = [deep]
    const whole = { content: [large], structuredContent: { deep } }
    const left = await limitResult({ maxBytes: 1024 })(fakeCall(), async () => whole)
    // Since Node 26 JSON has no limit of depth.
    expect(left === whole || bytesOf(left) <= 1024).toBe(true)
    const json = '['.repeat(100_000) + ']'.repeat(100_000)
    const answer = await limit({ content: [text(json)] }, { maxBytes: 1024 })
    expect(answer['content']).toMatchObject([{ text: expect.stringMatching(/^\[{200,}…$|^(\[+)\]+$/) as string }, {}])
    expect(bytesOf(answer)).toBeLessThanOrEqual(1024)
  })

  it('an answer just as large as it may be', async () => {
    const whole = { content: [text('x'.repeat(2000))] }
    expect(await limit(whole, { maxBytes: bytesOf(whole) })).toBe(whole)
    expect(await limit(whole, { maxBytes: bytesOf(whole) - 1 })).not.toBe(whole)
  })

  it('the answer it was given, which others may share', async () => {
    const whole = {
      content: [text(JSON.stringify({ c: cities(100) }))],
      structuredContent: { c: cities(100) },
      _meta: { own: 1 },
    }
    const before = structuredClone(whole)
    const answer = await limit(whole, { maxBytes: 2048 })
    expect(whole).toEqual(before)
    expect(answer['_meta']).toMatchObject({ own: 1 })
  })
})

describe('limitResult says where the rest is', () => {
  const whole = { content: [text('line\n'.repeat(1000))] }
  const place = { uri: 'atlas://results/7', name: 'the whole log', mimeType: 'text/plain' }

  it('in a resource_link, which the author’s function gives', async () => {
    const link = vi.fn<(call: Call, result: Result) => Promise<typeof place>>().mockResolvedValue(place)
    const answer = await limit(whole, { maxBytes: 2048, link })
    expect((answer['content'] as unknown[]).at(-1)).toEqual({ type: 'resource_link', ...place })
    expect(link).toHaveBeenCalledOnce()
    expect(link.mock.calls[0]?.[1]).toBe(whole)
  })

  it('in words, where a resource is read', async () => {
    const contents = [{ uri: 'a://b', text: 'line\n'.repeat(1000) }]
    const answer = await limit(
      { contents },
      { maxBytes: 2048, link: () => place },
      { method: 'resources/read', target: 'a://b' },
    )
    expect((answer['contents'] as Array<{ text: string }>).at(-1)?.text).toMatch(
      / The whole is at atlas:\/\/results\/7\.$/,
    )
  })

  it('only when something was cut', async () => {
    const link = vi.fn<() => typeof place>(() => place)
    await limit({ content: [text('small')] }, { link, maxRows: 5 })
    expect(link).not.toHaveBeenCalled()
  })

  it('nowhere, when the function gives nothing or fails, which is an event', async () => {
    expect((await limit(whole, { maxBytes: 2048, link: () => undefined }))['content']).toHaveLength(2)
    const error = new Error('no disk')
    const events = await eventsOf(async () => {
      const answer = await limit(whole, { maxBytes: 2048, link: () => Promise.reject(error) })
      expect(answer['content']).toHaveLength(2)
    })
    expect(events[0]).toEqual({ type: 'limitResult.linkFailed', operation: 'tools/call tool', error })
  })

  const circle: { [name: string]: unknown } = { uri: 'a://b', name: 'round' }
  circle['self'] = circle
  it.each<[unknown, string]>([
    [null, '{ uri, name }, got null'],
    [{}, '{ uri, name }, got an object without uri and name'],
    ['a://b', '{ uri, name }, got a string'],
    [['a://b'], '{ uri, name }, got an array'],
    [{ uri: 'a://b' }, '{ uri, name }, got an object without name'],
    [{ name: 'all', uri: new URL('a://b') }, '{ uri, name }, got an object without uri'],
    [{ uri: '', name: 'all' }, '{ uri, name }, got an object without uri'],
    [circle, 'what JSON can write'],
    [{ uri: `a://${'b'.repeat(1600)}`, name: 'all' }, 'at most 1536 bytes, got 1627'],
  ])('nowhere, when the function gives %o, which is an event', async (given, expected) => {
    const events = await eventsOf(async () => {
      const answer = await limit(whole, { maxBytes: 2048, link: () => given as typeof place })
      expect(answer['content']).toMatchObject([{ type: 'text' }, { type: 'text' }])
    })
    expect(events[0]).toEqual({
      type: 'limitResult.linkFailed',
      operation: 'tools/call tool',
      error: new TypeError(`limitResult.link must give ${expected}`),
    })
  })

  it('and is always a resource_link', async () => {
    const link = () => ({ ...place, type: 'text' })
    const answer = await limit(whole, { maxBytes: 2048, link })
    expect((answer['content'] as unknown[]).at(-1)).toEqual({ ...place, type: 'resource_link' })
  })

  it('and what it has cut, as an event', async () => {
    let answer: Result | undefined
    const events = await eventsOf(async () => {
      answer = await limit(whole, { maxBytes: 2048 })
    })
    const cut = answer?.['_meta'] as { 'millrace/cut': { parts: [{ kept: number }] } }
    expect(events).toEqual([
      {
        type: 'limitResult.cut',
        operation: 'tools/call tool',
        bytes: bytesOf(whole),
        keptBytes: bytesOf(answer),
        rows: 1001,
        keptRows: cut['millrace/cut'].parts[0].kept,
      },
    ])
  })
})

describe('limitResult refuses', () => {
  it.each<[unknown, string]>([
    [{ maxBytes: 100 }, 'limitResult.maxBytes must be an integer ≥ 1024 or Infinity or a function, got 100'],
    [{ maxBytes: '1MB' }, "limitResult.maxBytes must be an integer ≥ 1024 or Infinity or a function, got '1MB'"],
    [{ maxRows: 0 }, 'limitResult.maxRows must be an integer ≥ 1 or Infinity or a function, got 0'],
    [{ link: 'a://b' }, "limitResult.link must be a function, got 'a://b'"],
    [{ maxSize: 5 }, 'limitResult.maxSize is not an option; there are maxBytes, maxRows, link'],
  ])('%o', (options, message) => {
    expect(() => limitResult(options as LimitResultOptions)).toThrow(new TypeError(message))
  })

  it('bounds that a function gives and that make no sense', async () => {
    const answering = limitResult({ maxBytes: () => 5 })(fakeCall(), async () => ({ content: [] }))
    await expect(answering).rejects.toThrow(
      new TypeError('limitResult.maxBytes must give an integer ≥ 1024 or Infinity, got 5'),
    )
  })
})
