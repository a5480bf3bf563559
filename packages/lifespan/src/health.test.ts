import type { Health } from '@millrace/core'
import { deferred, manualClock } from '@millrace/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { settle } from './fixtures/settle.ts'
import { lifespan } from './lifespan.ts'
import { resource } from './resource.ts'

const checked = (check: () => Health | void | Promise<Health | void>) => resource({ start: () => 1, check })

const appOf = async (...checks: ReadonlyArray<() => Health | void | Promise<Health | void>>) => {
  const clock = manualClock()
  const resources = Object.fromEntries(checks.map((check, n) => [`r${n}`, checked(check)]))
  const app = lifespan(resources, { signals: false, clock, checkMs: 100, checkTtlMs: 1_000 })
  await app.start()
  return { app, clock }
}

describe('health', () => {
  it('is as well as the worst of the resources', async () => {
    const { app } = await appOf(
      () => {},
      () => ({ status: 'degraded', detail: 'one replica is behind', numbers: { lagMs: 4_000 } }),
      () => ({ status: 'healthy' }),
    )
    expect(await app.health()).toEqual({
      status: 'degraded',
      resources: {
        r0: { status: 'healthy', elapsedMs: 0, checkedAt: 0 },
        r1: {
          status: 'degraded',
          detail: 'one replica is behind',
          numbers: { lagMs: 4_000 },
          elapsedMs: 0,
          checkedAt: 0,
        },
        r2: { status: 'healthy', elapsedMs: 0, checkedAt: 0 },
      },
    })
  })

  it.each([
    [new Error('connection refused'), 'connection refused'],
    ['down', 'down'],
  ])('takes a check that throws %s for unhealthy', async (error, detail) => {
    const { app } = await appOf(() => {
      throw error
    })
    expect(await app.health()).toMatchObject({ status: 'unhealthy', resources: { r0: { detail } } })
  })

  it.each([null, 3, {}, { status: 'fine' }])('takes the answer %j for unhealthy', async (answer) => {
    const { app } = await appOf(() => answer as never)
    expect(await app.health()).toMatchObject({ status: 'unhealthy' })
  })

  it('takes a check that hangs for unhealthy, tells it, and does not wait for it', async () => {
    const { app, clock } = await appOf(() => new Promise(() => {}))
    const report = app.health()
    clock.advance(100)
    expect(await report).toMatchObject({
      status: 'unhealthy',
      resources: { r0: { detail: 'It did not answer within 100 ms.', elapsedMs: 100 } },
    })
  })

  it('asks once at a time and not again while the answer is young', async () => {
    const first = deferred()
    const second = deferred()
    const check = vi.fn<() => Promise<void>>().mockReturnValueOnce(first.promise).mockReturnValueOnce(second.promise)
    const { app, clock } = await appOf(check)
    const reports = [app.health(), app.health()]
    first.resolve()
    await Promise.all(reports)
    await settle()
    clock.advance(999)
    await app.health()
    expect(check).toHaveBeenCalledOnce()
    clock.advance(1)
    second.reject(new Error('down now'))
    expect(await app.health()).toMatchObject({ status: 'unhealthy' })
    expect(check).toHaveBeenCalledTimes(2)
  })

  it('says nothing of what has no check or has not started', async () => {
    const app = lifespan({ one: checked(() => {}), two: resource({ start: () => 1 }) }, { signals: false })
    expect(await app.health()).toEqual({ status: 'healthy', resources: {} })
    await app.start()
    expect(Object.keys((await app.health()).resources)).toEqual(['one'])
    await app.stop()
  })
})
