import { lifespan, resource } from '@millrace/lifespan'
import { deferred } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { ask } from '../fixtures/ask.ts'
import { opened } from '../fixtures/opened.ts'
import type { HealthAnswer } from '../index.ts'

const detailed = async (url: URL) => {
  const { text } = await ask(url, '/health/detailed')
  return JSON.parse(text) as HealthAnswer
}

const frozen = () => new Promise<never>(() => {})

describe('/health/detailed', () => {
  it('is as well as the worst of the checks and the resources', async () => {
    const db = resource({ start: () => 1, check: () => ({ status: 'healthy', numbers: { connections: 3 } }) })
    const app = lifespan({ db }, { signals: false })
    await app.start()
    const url = await opened({
      lifespan: app,
      checks: { weather: () => ({ status: 'degraded', detail: 'one of two answers' }), disk: { check: () => {} } },
    })
    const report = await detailed(url)
    expect(report).toMatchObject({
      status: 'degraded',
      ready: true,
      state: 'ready',
      uptimeSeconds: expect.any(Number),
      checks: {
        db: { status: 'healthy', numbers: { connections: 3 } },
        weather: { status: 'degraded', detail: 'one of two answers' },
        disk: { status: 'healthy', elapsedMs: expect.any(Number), checkedAt: expect.any(Number) },
      },
    })
    await app.stop()
  })

  it('is answered with 200 as long as nothing is unhealthy, and with 503 then', async () => {
    const status = async (check: () => { status: 'healthy' | 'degraded' | 'unhealthy' }) =>
      (await ask(await opened({ checks: { check } }), '/health/detailed')).status
    expect(await status(() => ({ status: 'degraded' }))).toBe(200)
    expect(await status(() => ({ status: 'unhealthy' }))).toBe(503)
  })

  it('says what does not answer; nothing else waits for that', async () => {
    const url = await opened({ checkMs: 30, checks: { frozen, well: () => {} } })
    const asked = detailed(url)
    expect((await ask(url, '/health')).status).toBe(200)
    expect((await ask(url, '/ready')).status).toBe(200)
    const { checks, status } = await asked
    expect(status).toBe('unhealthy')
    expect(checks).toMatchObject({
      frozen: { status: 'unhealthy', detail: 'It did not answer within 30 ms.' },
      well: { status: 'healthy' },
    })
  })

  it('knows of what has started since it was last asked', async () => {
    const db = resource({ start: () => 1, check: () => {} })
    const app = lifespan({ db }, { signals: false })
    const url = await opened({ lifespan: app })
    expect(await detailed(url)).toMatchObject({ ready: false, state: 'idle', checks: {} })
    await app.start()
    expect(await detailed(url)).toMatchObject({ ready: true, checks: { db: { status: 'healthy' } } })
    await app.stop()
  })

  it('asks a check within bounds of its own', async () => {
    const url = await opened({ checks: { frozen: { check: frozen, checkMs: 10, checkTtlMs: 0, slowMs: Infinity } } })
    expect((await detailed(url)).checks['frozen']?.detail).toBe('It did not answer within 10 ms.')
  })

  it('says when the lifespan itself does not answer, and goes by what else says whether calls are wanted', async () => {
    const url = await opened({ checkMs: 10, lifespan: { isReady: false, health: frozen } })
    expect(await detailed(url)).toMatchObject({
      status: 'unhealthy',
      ready: false,
      state: 'not ready',
      checks: { lifespan: { status: 'unhealthy' } },
    })
    const serving = await opened({ lifespan: { isReady: true } })
    expect(await detailed(serving)).toMatchObject({ status: 'healthy', ready: true, state: 'ready', checks: {} })
  })

  it('shows a resource and a check of one name side by side', async () => {
    const resources = { db: { status: 'unhealthy' as const } }
    const url = await opened({
      lifespan: { isReady: true, health: async () => ({ resources }) },
      checks: { db: () => {} },
    })
    expect(await detailed(url)).toMatchObject({
      status: 'unhealthy',
      checks: { db: { status: 'unhealthy', elapsedMs: 0 }, 'db (check)': { status: 'healthy' } },
    })
  })

  it('forgets no resource while somebody else asks', async () => {
    const slow = [deferred(), deferred()]
    const asked = [deferred<{ resources: object }>(), deferred<{ resources: object }>()]
    let [checks, lifespans] = [0, 0]
    const url = await opened({
      checkMs: 5_000,
      lifespan: { isReady: true, health: () => asked[lifespans++]!.promise as never },
      checks: { slow: { check: () => slow[checks++]!.promise, checkTtlMs: 0 } },
    })
    const first = detailed(url)
    await expect.poll(() => lifespans).toBe(1)
    asked[0]!.resolve({ resources: { db: { status: 'unhealthy' } } })
    // Its own check still runs when the next one asks the lifespan anew.
    const second = detailed(url)
    await expect.poll(() => lifespans).toBe(2)
    slow[0]!.resolve()
    expect(await first).toMatchObject({ status: 'unhealthy', checks: { db: { status: 'unhealthy' } } })
    asked[1]!.resolve({ resources: { db: { status: 'healthy' } } })
    slow[1]?.resolve()
    expect(await second).toMatchObject({ status: 'healthy', checks: { db: { status: 'healthy' } } })
  })
})
