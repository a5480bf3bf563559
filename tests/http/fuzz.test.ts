import { describe, expect, it } from 'vitest'
import { fuzz, fuzzed } from './fuzz.ts'
import { servers } from './servers.ts'

describe.each(servers)('an HTTP server of $name under 2,000 requests of which most are wrong', ({ open }) => {
  it('answers each as it should, and keeps nothing of them', { timeout: 120_000 }, async () => {
    const serving = await open(fuzzed)
    const { faults, counts } = await fuzz({ port: Number(serving.url.port), requests: 2000, seed: 1 })
    expect(faults).toEqual([])
    expect(counts.get('valid 200')).toBeGreaterThan(200)
    expect((await serving.stats()).active).toBe(0)
    await serving.close()
  })
})
