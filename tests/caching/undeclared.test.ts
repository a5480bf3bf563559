import { cached } from '@millrace/cache'
import { subscribe } from '@millrace/core'
import { use } from '@millrace/mcp'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { lines } from '../fixtures/lines.ts'
import { text } from '../fixtures/world.ts'

beforeEach(() => void vi.spyOn(process, 'emitWarning').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

describe.each(lines)('a cache for the tools that only read, on SDK $name', ({ server, connect }) => {
  const calledTwice = async (options: Parameters<typeof cached>[0], annotations: object) => {
    const reasons: unknown[] = []
    const stop = subscribe('cache', (event) => event.type === 'cache.bypassed' && reasons.push(event.reason))
    const used = use(server(), cached(options))
    used.registerTool('other', {}, async () => text('other'))
    used.registerTool('tool', { annotations }, async () => text('x'))
    const client = await connect(used)
    for (const _ of [1, 2]) await client.call()
    await client.close()
    stop()
    return reasons
  }

  it('warns once that it caches nothing where no tool says so, and says why of each call', async () => {
    expect(await calledTwice({ ttlMs: 60_000 }, {})).toEqual(['traits', 'traits'])
    expect(process.emitWarning).toHaveBeenCalledOnce()
    expect(process.emitWarning).toHaveBeenCalledWith(
      expect.stringMatching(/no tool is cached: .* none of other, tool does\. .*readOnlyHint: true.*cached\({ tools:/),
      expect.objectContaining({ code: 'MILLRACE_CACHE' }),
    )
  })

  it('is silent where one says so, and where one is named', async () => {
    expect(await calledTwice({ ttlMs: 60_000 }, { readOnlyHint: true })).toEqual([])
    expect(await calledTwice({ ttlMs: 60_000, tools: { other: 1000 } }, {})).toEqual(['traits', 'traits'])
    expect(process.emitWarning).not.toHaveBeenCalled()
  })
})
