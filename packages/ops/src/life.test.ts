import { lifespan } from '@millrace/lifespan'
import { deferred, manualClock } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { ask } from './fixtures/ask.ts'
import { opened } from './fixtures/opened.ts'
import type { LifeSource } from './index.ts'
import { ops } from './index.ts'
import { Life } from './life.ts'

describe('a lifespan that is made later', () => {
  it('wants no calls before it is there, whether the function gives nothing or throws', async () => {
    const seen = ops({ port: 0, lifespan: () => app })
    const { url } = await seen.start()
    expect(await ask(url, '/ready')).toMatchObject({ status: 503, text: '{"ready":false,"state":"idle"}\n' })
    expect(JSON.parse((await ask(url, '/health/detailed')).text)).toMatchObject({
      status: 'unhealthy',
      ready: false,
      checks: { lifespan: { detail: "Cannot access 'app' before initialization" } },
    })
    const app = lifespan({}, { signals: false })
    await app.start()
    expect((await ask(url, '/ready')).status).toBe(200)
    await seen.close()
    const nothing = await opened({ lifespan: () => undefined })
    expect((await ask(nothing, '/ready')).status).toBe(503)
    expect((await ask(nothing, '/health')).status).toBe(200)
    await app.stop()
  })

  it('is heard of when it stops', async () => {
    const clock = manualClock()
    const later: { app?: LifeSource } = {}
    const stopped = deferred()
    const seen = ops({ port: 0, lifespan: () => later.app, clock })
    const { url } = await seen.start()
    clock.advance(1_000)
    later.app = { isReady: true, stopped: stopped.promise }
    clock.advance(1_000)
    expect((await ask(url, '/ready')).status).toBe(200)
    stopped.resolve()
    await expect.poll(() => ask(url, '/health').catch(() => 'gone')).toBe('gone')
  })

  it('is not looked out for once that is ended', () => {
    const clock = manualClock()
    const end = new Life(() => undefined).onStopped(() => {}, clock)
    clock.advance(10_000)
    expect(clock.timers).toBe(1)
    end()
    expect(clock.timers).toBe(0)
    new Life(undefined).onStopped(() => {}, clock)()
    expect(new Life(undefined).readiness()).toEqual({ isReady: true, state: 'ready' })
  })
})

it('closing what could not be started is no failure', async () => {
  const first = ops({ port: 0 })
  const { url } = await first.start()
  const second = ops({ port: Number(url.port) })
  const started = second.start()
  await Promise.all([expect(started).rejects.toThrow('is in use'), second.close()])
  await first.close()
})
