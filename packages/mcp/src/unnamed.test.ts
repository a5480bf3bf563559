import { asMiddleware } from '@millrace/core'
import type { Middleware } from '@millrace/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { recorder, text } from './fixtures/recorder.ts'

const targetReader: Middleware = (call, next) => {
  void call.target
  return next(call)
}
const callTarget = () => asMiddleware(targetReader.bind(undefined), {})
const make = () => async () => text('one of many')

let wrap: (typeof import('./wrap.ts'))['wrap']
const warn = vi.spyOn(process, 'emitWarning')
beforeEach(async () => {
  warn.mockReset().mockImplementation(() => {})
  vi.resetModules()
  wrap = (await import('./wrap.ts')).wrap
})
afterEach(() => vi.resetModules())
const codes = () => warn.mock.calls.map(([, options]) => (options as { code?: string }).code)

describe('handlers without a name, on a server without use', () => {
  it('have operations of their own, by the text of their functions', async () => {
    const seen = recorder()
    const around = wrap(seen.middleware)
    const handlers = [around(async () => text('a')), around(async () => text('b')), around(make()), around(make())]
    for (const one of [...handlers, ...handlers]) await one()
    const [first, second, third, fourth, ...again] = seen.operations()
    expect(new Set([first, second, third]).size).toBe(3)
    expect(fourth).toBe(third)
    expect(again).toEqual([first, second, third, fourth])
    expect(first).toMatch(/^tools\/call \(unnamed [\w-]{8}\)$/)
  })

  it('are a warning, once, when a middleware asks for the name', async () => {
    for (let round = 0; round < 3; round += 1) await wrap(callTarget())(async () => text('a'))()
    expect(codes()).toEqual(['MILLRACE_UNNAMED'])
    expect(warn.mock.calls[0]?.[0]).toContain("Write wrap({ name: 'search' }, …), or use(server).")
  })

  it('are none when nobody asks, when only a cache does, and when there is a name', async () => {
    const cache = asMiddleware(targetReader.bind(undefined), { stage: 'cached' })
    await wrap(recorder().middleware)(async () => text('a'))()
    await wrap(cache)(async () => text('a'))()
    await wrap({ name: 'search' }, callTarget())(async () => text('a'))()
    await wrap(callTarget())(async function search() {
      return text('a')
    })()
    const read = wrap(callTarget())(async (uri: URL) => ({ contents: [{ uri: uri.href, text: 'x' }] }))
    await read(new URL('atlas://city/1'))
    expect(codes()).toEqual([])
  })

  it('are a warning with a cache as well when it names tools', async () => {
    const cache = asMiddleware(targetReader.bind(undefined), { stage: 'cached', mentions: { 'cached.tools': ['a'] } })
    await wrap(cache)(async () => text('a'))()
    expect(codes()).toEqual(['MILLRACE_UNNAMED'])
  })
})
