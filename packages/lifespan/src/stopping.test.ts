import { fakeCall, held, manualClock } from '@millrace/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { eventsOf } from './fixtures/events.ts'
import { failureOf } from './fixtures/failureOf.ts'
import { settle } from './fixtures/settle.ts'
import { stage } from './fixtures/staged.ts'
import { lifespan } from './lifespan.ts'
import { resource } from './resource.ts'

const quiet = { signals: false } as const

describe('stopping', () => {
  it('closes in reverse: what is needed waits until everything that needs it is closed', async () => {
    const { log, staged } = stage()
    const db = staged('db')
    const a = staged('a', { db: db.resource })
    const b = staged('b', { db: db.resource })
    const app = lifespan({ db: db.resource, a: a.resource, b: b.resource }, quiet)
    const started = app.start()
    for (const one of [db, a, b]) one.started()
    await started
    log.length = 0
    const stopped = app.stop()
    await settle()
    expect(log).toEqual(['close a', 'close b'])
    a.closed()
    await settle()
    expect(log).toHaveLength(2)
    b.closed()
    await settle()
    expect(log).toEqual(['close a', 'close b', 'close db'])
    expect(app.state).toBe('stopping')
    db.closed()
    await stopped
    expect(() => app.resources.db).toThrow('the lifespan is stopped')
  })

  it('stops once, however often it is asked to, and is not started again', async () => {
    const close = vi.fn<() => void>()
    const app = lifespan({ one: resource({ start: () => 1, close }) }, quiet)
    await app.start()
    await Promise.all([app.stop(), app.stop(), app[Symbol.asyncDispose](), app.stopped])
    expect(close).toHaveBeenCalledOnce()
    await expect(app.start()).rejects.toThrow('lifespan: it has been stopped; make a new one')
  })

  it('runs the shutdown hooks, last added first, when calls have ended and everything is still open', async () => {
    const log: string[] = []
    const app = lifespan({ one: resource({ start: () => 1, close: () => void log.push('close') }) }, quiet)
    app.onShutdown(() => void log.push('first')).onShutdown(async () => void log.push(`second ${app.resources.one}`))
    await app.start()
    const handler = held()
    const call = app.gate(fakeCall(), handler.next)
    const stopped = app.stop()
    await settle()
    expect(log).toEqual([])
    handler.calls[0]?.resolve({})
    await Promise.all([call, stopped])
    expect(log).toEqual(['second 1', 'first', 'close'])
  })

  it('first tells what brings calls here, while they still enter, for as long as calls may take to finish', async () => {
    const clock = manualClock()
    const log: string[] = []
    const app = lifespan(
      { one: resource({ start: () => 1, close: () => void log.push('close') }) },
      { ...quiet, clock, drainMs: 1000 },
    )
    app
      .onDrain(() => {
        void app.stop()
      })
      .onDrain(async () => {
        await app.gate(fakeCall(), async () => ({}))
        log.push('entered')
        await new Promise(() => {})
      })
    app.onShutdown(() => void log.push('shutdown'))
    await app.start()
    const stopped = app.stop()
    await settle()
    expect(log).toEqual(['entered'])
    clock.advance(1000)
    await stopped
    expect(log).toEqual(['entered', 'shutdown', 'close'])
  })

  it('says which drain hook failed', async () => {
    const app = lifespan({}, quiet).onDrain(() => Promise.reject(new Error('the port is stuck')))
    await app.start()
    await expect(app.stop()).rejects.toThrow('onDrain did not close: the port is stuck')
  })

  it('closes everything else when something throws or hangs, and says what', async () => {
    const clock = manualClock()
    const close = vi.fn<() => void>()
    const sound = resource({ start: () => 1, close })
    const broken = resource({
      needs: { sound },
      start: () => 1,
      close: () => Promise.reject(new Error('socket gone.')),
    })
    const hung = resource({ needs: { sound }, start: () => 1, close: () => new Promise<void>(() => {}) })
    const app = lifespan({ sound, broken, hung }, { ...quiet, clock, closeMs: 500 })
    await app.start()
    const stopped = app.stop()
    const failure = failureOf(stopped)
    await settle()
    expect(close).not.toHaveBeenCalled()
    clock.advance(500)
    expect(await failure).toMatchObject({
      name: 'AggregateError',
      message: 'broken did not close: socket gone; hung did not close: it took longer than 500 ms',
    })
    await app.stopped
    expect(close).toHaveBeenCalledOnce()
  })

  it('throws a single failure as it is, a failing hook’s too', async () => {
    const app = lifespan({}, quiet).onShutdown(() => {
      throw 'a string'
    })
    await app.start()
    await expect(app.stop()).rejects.toMatchObject({ message: 'onShutdown did not close: a string', cause: 'a string' })
  })

  it('interrupts a start, and closes what had started; a start that goes on has its time to let go', async () => {
    const clock = manualClock()
    const { log, staged } = stage()
    const db = staged('db')
    const slow = staged('slow')
    const app = lifespan({ db: db.resource, slow: slow.resource }, { ...quiet, clock, closeMs: 500 })
    const started = app.start()
    const failure = failureOf(started)
    db.started()
    await settle()
    for (const one of [db, slow]) one.closed()
    const stopped = app.stop('SIGTERM')
    await settle()
    expect(log.slice(2)).toEqual(['tell slow'])
    clock.advance(500)
    await stopped
    expect(await failure).toMatchObject({
      message: 'the server was told to stop (SIGTERM) while it was starting',
    })
    expect(log.slice(2)).toEqual(['tell slow', 'close db'])
    expect(app.state).toBe('stopped')
    slow.started()
    await settle()
    expect(log.at(-1)).toBe('close slow')
  })

  it('interrupts a startup hook that waits', async () => {
    const app = lifespan({}, quiet).onStartup(() => new Promise(() => {}))
    const failure = failureOf(app.start())
    await settle()
    await app.stop()
    expect(String(await failure)).toContain('while it was starting')
  })

  it('does nothing where nothing has started', async () => {
    const app = lifespan({ one: resource({ start: () => 1 }) }, quiet)
    await app.stop()
    expect(app.state).toBe('stopped')
  })

  it('stays open to calls for noticeMs while readiness says no', async () => {
    const clock = manualClock()
    const app = lifespan({}, { ...quiet, clock, noticeMs: 5_000 })
    await app.start()
    const stopped = app.stop()
    expect(app.isReady).toBe(false)
    expect(await app.gate(fakeCall({ clock }), async () => ({ content: [] }))).toEqual({ content: [] })
    clock.advance(5_000)
    await settle()
    await expect(app.gate(fakeCall({ clock }), held().next)).rejects.toMatchObject({ code: 'ERR_SHUTTING_DOWN' })
    await stopped
  })

  it('says what it does', async () => {
    const clock = manualClock()
    const error = new Error('no')
    const app = lifespan(
      {
        good: resource({ start: () => 1, close: () => clock.advance(3) }),
        bad: resource({ start: () => 1, close: () => Promise.reject(error) }),
      },
      { ...quiet, clock, drainMs: 10 },
    )
    await app.start()
    const said = await eventsOf(async () => {
      const lost = app.gate(fakeCall({ clock }), held().next)
      const stopped = app.stop('SIGINT')
      await app.gate(fakeCall({ clock }), held().next).catch(() => {})
      clock.advance(10)
      await Promise.allSettled([lost, stopped])
    })
    expect(said).toEqual([
      { type: 'lifespan.draining', running: 1, reason: 'SIGINT' },
      { type: 'lifespan.drained', abandoned: 1, refused: 1, elapsedMs: 10 },
      { type: 'lifespan.closed', resource: 'good', elapsedMs: 3 },
      { type: 'lifespan.closeFailed', resource: 'bad', elapsedMs: 0, error },
      { type: 'lifespan.stopped', elapsedMs: 13, failures: 1 },
    ])
  })
})
