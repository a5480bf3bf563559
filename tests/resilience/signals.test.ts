import { getEventListeners } from 'node:events'
import { invoke, use, wrap } from '@millrace/mcp'
import { breaker, hedge, retry, timeout } from '@millrace/resilience'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { lines } from '../fixtures/lines.ts'
import { text } from '../fixtures/world.ts'

afterEach(() => vi.restoreAllMocks())

const config = { inputSchema: z.object({}), annotations: { readOnlyHint: true } }
const request = { method: 'tools/call', params: { name: 'tool', arguments: {} } }
const chain = () => [timeout(), hedge({ minSamples: 1 }), retry({ delaysMs: 0 }), breaker({ minCalls: 100 })] as const

describe.each(lines)('the signal of a call on SDK $name', ({ server }) => {
  it('is not listened to, and no other is made, while the handler does not look at it', async () => {
    const { signal } = new AbortController()
    const controller = vi.spyOn(globalThis, 'AbortController')
    const listen = vi.spyOn(signal, 'addEventListener')
    const used = use(server(), ...chain())
    used.registerTool(
      'tool',
      config,
      wrap(...chain())(async () => text('well')),
    )
    for (let call = 0; call < 5; call += 1) expect(await invoke(used, request, { signal })).toMatchObject(text('well'))
    expect(controller).not.toHaveBeenCalled()
    expect(listen).not.toHaveBeenCalled()
  })

  it('is left alone when the call has ended, however long it lives and however the call ended', async () => {
    const { signal } = new AbortController()
    const during: number[] = []
    const used = use(server(), ...chain())
    used.registerTool('tool', config, async (_, context) => {
      const { mcpReq, signal: own } = context as { readonly mcpReq?: { signal: AbortSignal }; signal: AbortSignal }
      ;(mcpReq?.signal ?? own).addEventListener('abort', () => {})
      during.push(getEventListeners(signal, 'abort').length)
      if (during.length % 2 === 0) throw new Error('down')
      return text('well')
    })
    for (let call = 0; call < 10; call += 1) await invoke(used, request, { signal })
    expect(new Set(during)).toEqual(new Set([1]))
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
