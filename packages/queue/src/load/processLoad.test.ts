import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { processLoad } from './processLoad.ts'

const burn = (ms: number): void => {
  const until = performance.now() + ms
  while (performance.now() < until);
}

describe('the readings of a process', () => {
  it('tell how late the loop was, at worst since the last look', async () => {
    const load = processLoad()
    load.start()
    await pause(60)
    burn(200)
    await pause(60)
    expect(load.read().eventLoopDelayMs).toBeGreaterThan(100)
    await pause(60)
    expect(load.read().eventLoopDelayMs).toBeLessThan(150)
    load.stop()
  })

  it('tell how much memory is taken', () => {
    const load = processLoad()
    load.start()
    const before = load.read()
    const held = Array.from({ length: 200_000 }, (_, n) => ({ n }))
    const bytes = Buffer.alloc(64 * 2 ** 20, 1)
    const after = load.read()
    expect(after.heapUsedRatio).toBeGreaterThan(before.heapUsedRatio)
    expect(after.heapUsedRatio).toBeLessThan(1)
    expect(after.rssBytes).toBeGreaterThan(32 * 2 ** 20)
    expect(held.length + bytes.length).toBeGreaterThan(0)
    load.stop()
  })
})
