import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { counting } from '../fixtures/counting.ts'
import { eventsOf } from '../fixtures/world.ts'

beforeEach(() => void vi.spyOn(process, 'emitWarning').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

const warned = () => vi.mocked(process.emitWarning).mock.calls

describe('a result larger than maxEntryBytes', () => {
  it('is an event each time, and one warning for each operation that names size and option', async () => {
    const tools = Array.from({ length: 30 }, (_, n) => ({ name: `tool ${n}`, description: 'x'.repeat(50) }))
    const world = counting({ ttlMs: 1000, lists: 1000, maxEntryBytes: 1000 }, () => ({ tools }))
    const list = { method: 'tools/list' }
    const events = await eventsOf(async () => {
      for (const call of [list, list, {}, {}]) await world.send(call)
    })
    expect(events.filter(({ type }) => type === 'cache.bypassed')).toMatchObject([
      { operation: 'tools/list', reason: 'too large' },
      { operation: 'tools/list', reason: 'too large' },
      { operation: 'tools/call tool', reason: 'too large' },
      { operation: 'tools/call tool', reason: 'too large' },
    ])
    const bytes = JSON.stringify({ tools }).length
    const warning = { type: 'MillraceWarning', code: 'MILLRACE_CACHE' }
    expect(warned()).toEqual(
      ['tools/list', 'tools/call tool'].map((operation) => [
        `cached: a result of ${operation} has ${bytes} bytes and is not cached; raise maxEntryBytes, now 1000`,
        warning,
      ]),
    )
  })

  it('by not one byte is cached', async () => {
    const answer = { content: [] }
    const world = counting({ ttlMs: 1000, maxEntryBytes: JSON.stringify(answer).length }, () => answer)
    await world.send()
    await world.send()
    expect(world.runs).toBe(1)
    expect(warned()).toEqual([])
  })
})
