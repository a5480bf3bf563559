import { getEventListeners } from 'node:events'
import { cached } from '@millrace/cache'
import { invoke, use, wrap } from '@millrace/mcp'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { lines } from '../fixtures/lines.ts'
import { text } from '../fixtures/world.ts'

beforeEach(() => void vi.spyOn(process, 'emitWarning').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

const inputSchema = z.object({})
const request = { method: 'tools/call', params: { name: 'tool', arguments: {} } }

describe.each(lines)('cached at a door of SDK $name', ({ server }) => {
  const wrapped = (isUsed: boolean, annotations: object) => {
    let runs = 0
    const used = isUsed ? use(server()) : server()
    const handler = wrap(cached({ ttlMs: 60_000 }))(async () => text(`run ${(runs += 1)}`))
    used.registerTool('tool', { inputSchema, annotations }, handler)
    return used
  }

  it('runs a wrapped tool that says it writes every time, and warns once, where use lets it know', async () => {
    for (const annotations of [{ destructiveHint: true }, { readOnlyHint: false }]) {
      vi.mocked(process.emitWarning).mockClear()
      const used = wrapped(true, annotations)
      for (const run of [1, 2, 3]) expect(await invoke(used, request)).toMatchObject(text(`run ${run}`))
      expect(process.emitWarning).toHaveBeenCalledOnce()
      expect(process.emitWarning).toHaveBeenCalledWith(
        expect.stringMatching(/^cached: tools\/call tool says it writes \(\w+Hint: \w+\) and is not cached$/),
        expect.objectContaining({ code: 'MILLRACE_CACHE' }),
      )
    }
  })

  it('takes the wrapping for the word of the author where nobody says what the tool does', async () => {
    for (const used of [wrapped(true, {}), wrapped(false, { destructiveHint: true })]) {
      for (const _ of [1, 2]) expect(await invoke(used, request)).toMatchObject(text('run 1'))
    }
    expect(process.emitWarning).not.toHaveBeenCalled()
  })

  it('ends a load that clients wait for when the last of them has gone, and listens to one of them', async () => {
    const signals: AbortSignal[] = []
    const used = use(server(), cached({ ttlMs: 60_000 }))
    const config = { inputSchema, annotations: { readOnlyHint: true } }
    const arrived = new Promise<void>((resolve) => {
      used.registerTool('tool', config, (_, context) => {
        const { mcpReq, signal } = context as { readonly mcpReq?: { signal: AbortSignal }; signal: AbortSignal }
        signals.push(mcpReq?.signal ?? signal)
        resolve()
        return new Promise(() => {})
      })
    })
    const clients = Array.from({ length: 4 }, () => new AbortController())
    const answers = clients.map(({ signal }) => invoke(used, request, { signal }))
    const outcomes = Promise.allSettled(answers)
    await arrived
    expect(clients.map(({ signal }) => getEventListeners(signal, 'abort').length)).toEqual([1, 0, 0, 0])
    for (const leaving of [2, 0, 3]) {
      clients[leaving]?.abort(`client ${leaving}`)
      expect(signals[0]?.aborted).toBe(false)
    }
    clients[1]?.abort('client 1')
    expect(signals[0]?.aborted).toBe(true)
    expect(signals).toHaveLength(1)
    await outcomes
    expect(clients.map(({ signal }) => getEventListeners(signal, 'abort').length)).toEqual([0, 0, 0, 0])
  })
})
