import { cached } from '@millrace/cache'
import { subscribe } from '@millrace/core'
import { use } from '@millrace/mcp'
import type { PrincipalOf } from '@millrace/mcp'
import { rateLimit } from '@millrace/queue'
import { fallback } from '@millrace/resilience'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { text } from '../fixtures/world.ts'
import { lines } from '../fixtures/lines.ts'

beforeEach(() => void vi.spyOn(process, 'emitWarning').mockImplementation(() => {}))
afterEach(() => void vi.restoreAllMocks())

const config = { annotations: { readOnlyHint: true } }
const warnings = (code: string) =>
  vi.mocked(process.emitWarning).mock.calls.filter(([, options]) => (options as { code?: string }).code === code)

describe.each(lines)('on SDK $name', ({ server, connect }) => {
  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no header')
      },
    ],
    ['is async', async () => 'ann'],
    ['gives a number', () => 7],
  ])('a principal function that %s is a warning once, and the reason why nothing is cached', async (_, principal) => {
    const reasons: unknown[] = []
    const stop = subscribe('cache', (event) => event.type === 'cache.bypassed' && reasons.push(event.reason))
    const used = use(server(), { principal: principal as PrincipalOf }, cached({ ttlMs: 60_000 }))
    let runs = 0
    used.registerTool('tool', config, async () => text(`run ${(runs += 1)}`))
    const client = await connect(used)
    for (const run of [1, 2]) expect(await client.call()).toMatchObject(text(`run ${run}`))
    stop()
    expect(reasons).toEqual(['principal', 'principal'])
    expect(warnings('MILLRACE_PRINCIPAL')).toHaveLength(1)
    expect(warnings('MILLRACE_PRINCIPAL')[0]?.[0]).toMatch(/^use\.principal must answer with a string/)
    await client.close()
  })

  it('middleware that asks who calls fails with one clear sentence where nobody can say', async () => {
    const principal = (() => 7) as unknown as PrincipalOf
    const used = use(server(), { principal }, rateLimit({ calls: 1 }))
    used.registerTool('tool', config, async () => text('never'))
    const client = await connect(used)
    const answer = await client.call().catch((error: Error) => error.message)
    expect(JSON.stringify(answer)).toContain('The server could not find out who is calling.')
    await client.close()
  })

  it('what a fallback inside the cache answered is not kept', async () => {
    let isDown = true
    const used = use(server(), cached({ ttlMs: 60_000 }), fallback(text('sorry')))
    used.registerTool('tool', config, async () => {
      if (isDown) throw new Error('down')
      return text('back')
    })
    const client = await connect(used)
    expect(await client.call()).toMatchObject(text('sorry'))
    isDown = false
    expect(await client.call()).toMatchObject(text('back'))
    await client.close()
  })
})
