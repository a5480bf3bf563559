import { manualClock } from '@millrace/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { eventsOf } from './fixtures/events.ts'
import { settle } from './fixtures/settle.ts'
import { stage } from './fixtures/staged.ts'
import { lifespan } from './lifespan.ts'
import { resource } from './resource.ts'

const quiet = { signals: false } as const

describe('starting', () => {
  it('starts side by side what needs nothing, and the rest when what it needs has started', async () => {
    const { log, staged } = stage()
    const db = staged('db')
    const http = staged('http')
    const cities = staged('cities', { pool: db.resource, net: http.resource })
    const app = lifespan({ cities: cities.resource, db: db.resource, http: http.resource }, quiet)
    const started = app.start()
    await settle()
    expect(log).toEqual(['start db with {}', 'start http with {}'])
    db.started()
    await settle()
    expect(log).toHaveLength(2)
    expect([app.state, app.isReady]).toEqual(['starting', false])
    http.started()
    await settle()
    expect(log[2]).toBe('start cities with {"pool":"db","net":"http"}')
    cities.started()
    expect({ ...(await started) }).toEqual({ db: 'db', http: 'http', cities: 'cities' })
    expect([app.state, app.isReady, app.resources.db]).toEqual(['ready', true, 'db'])
  })

  it('starts what is only needed as well, and once when several need it', async () => {
    const start = vi.fn<() => number>(() => 7)
    const shared = resource({ start })
    const a = resource({ needs: { shared }, start: (needs) => needs.shared + 1 })
    const b = resource({ needs: { again: shared }, start: (needs) => needs.again + 2 })
    const app = lifespan({ a, b }, quiet)
    expect({ ...(await app.start()) }).toEqual({ a: 8, b: 9 })
    expect(start).toHaveBeenCalledOnce()
  })

  it('starts once, however often it is asked to', async () => {
    const start = vi.fn<() => number>(() => 1)
    const app = lifespan({ one: resource({ start }) }, quiet)
    const answers = await Promise.all([app.start(), app.start(), app.start()])
    await app.start()
    expect(start).toHaveBeenCalledOnce()
    expect(new Set(answers).size).toBe(1)
  })

  it('closes what had started when another fails, tells those that were starting, and names the one', async () => {
    const { log, staged } = stage()
    const db = staged('db')
    const http = staged('http')
    const slow = staged('slow')
    const app = lifespan(
      {
        db: db.resource,
        http: http.resource,
        slow: slow.resource,
        never: staged('never', { http: http.resource }).resource,
      },
      quiet,
    )
    const started = app.start()
    db.started()
    await settle()
    const reason = new Error('connect ECONNREFUSED 127.0.0.1:80.')
    http.broken(reason)
    await settle()
    expect(log.slice(3)).toEqual(['tell slow'])
    slow.started()
    for (const one of [db, slow]) one.closed()
    await expect(started).rejects.toMatchObject({
      message: 'http did not start: connect ECONNREFUSED 127.0.0.1:80',
      cause: reason,
    })
    expect(log.slice(4)).toEqual(['close db', 'close slow'])
    expect(app.state).toBe('failed')
  })

  it('can be started again after a start that failed', async () => {
    const start = vi.fn<() => number>().mockImplementationOnce(() => {
      throw 'not yet'
    })
    start.mockReturnValue(5)
    const app = lifespan({ one: resource({ start }) }, quiet)
    await expect(app.start()).rejects.toThrow('one did not start: not yet')
    await app.start()
    expect(app.resources.one).toBe(5)
  })

  it('gives up on a resource that takes too long, and closes it should it start later', async () => {
    const clock = manualClock()
    const { log, staged } = stage()
    const db = staged('db')
    const app = lifespan({ db: db.resource }, { ...quiet, clock, startMs: 2_000 })
    const started = app.start()
    await settle()
    clock.advance(2_000)
    await expect(started).rejects.toThrow('db did not start: it took longer than 2 s')
    db.started()
    await settle()
    expect(log).toEqual(['start db with {}', 'tell db', 'close db'])
    expect(clock.timers).toBe(1)
  })

  it('runs the startup hooks in their order when everything has started; one that throws fails the start', async () => {
    const log: string[] = []
    const one = resource({ start: () => log.push('start'), close: () => void log.push('close') })
    const app = lifespan({ one }, quiet)
    app.onStartup(() => void log.push('first')).onStartup(async () => void log.push(`second ${app.resources.one}`))
    await app.start()
    expect(log).toEqual(['start', 'first', 'second 1'])
    const bad = lifespan({ one }, quiet).onStartup(() => Promise.reject(new Error('no cities')))
    await expect(bad.start()).rejects.toThrow('no cities')
    expect([log.at(-1), bad.state]).toEqual(['close', 'failed'])
  })

  it('says what has started, what failed, and when all is ready', async () => {
    const clock = manualClock()
    const good = resource({ start: () => clock.advance(5) })
    const error = new Error('no')
    const bad = resource({
      start: () => {
        throw error
      },
    })
    const said = await eventsOf(async () => {
      await lifespan({ good }, { ...quiet, clock }).start()
      await lifespan({ bad }, { ...quiet, clock })
        .start()
        .catch(() => {})
    })
    expect(said).toEqual([
      { type: 'lifespan.started', resource: 'good', elapsedMs: 5 },
      { type: 'lifespan.ready', elapsedMs: 5 },
      { type: 'lifespan.startFailed', resource: 'bad', elapsedMs: 0, error },
    ])
  })

  it('says so when a value is read that has not started', () => {
    const app = lifespan({ db: resource({ start: () => 1 }) }, quiet)
    expect(() => app.resources.db).toThrow('lifespan.resources.db is not there: the lifespan is idle')
  })
})
