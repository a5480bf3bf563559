import { isAborted } from '@millrace/core'
import { fakeCall, held, manualClock, middlewareContract } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { settle } from './fixtures/settle.ts'
import { stage } from './fixtures/staged.ts'
import { lifespan } from './lifespan.ts'
import { resource } from './resource.ts'

const quiet = { signals: false } as const

describe('gate', () => {
  for (const { name, run } of middlewareContract((clock) => lifespan({}, { ...quiet, clock }).gate)) it(name, run)

  it('counts the calls inside, however they end', async () => {
    const app = lifespan({}, quiet)
    await app.start()
    const handler = held()
    const answers = [1, 2, 3].map(() => app.gate(fakeCall(), handler.next))
    expect(app.running).toBe(3)
    handler.calls[0]?.resolve({})
    handler.calls[1]?.reject(new Error('no'))
    await Promise.allSettled(answers.slice(0, 2))
    expect(app.running).toBe(1)
    const throwing = app.gate(fakeCall(), () => {
      throw new Error('at once')
    })
    await expect(throwing).rejects.toThrow('at once')
    expect(app.running).toBe(1)
  })

  it('holds calls until everything has started; the first one starts it', async () => {
    const { staged } = stage()
    const db = staged('db')
    const app = lifespan({ db: db.resource }, quiet)
    const handler = held()
    const answers = [1, 2].map(() => app.gate(fakeCall(), handler.next))
    await settle()
    expect([app.state, handler.calls.length]).toEqual(['starting', 0])
    db.started()
    await handler.arrived(2)
    for (const call of handler.calls) call.resolve({})
    expect(await Promise.all(answers)).toEqual([{}, {}])
  })

  it('lets a caller leave who waits for the start', async () => {
    const { staged } = stage()
    const app = lifespan({ db: staged('db').resource }, quiet)
    const call = fakeCall()
    const answer = app.gate(call, held().next)
    call.abort('gone')
    await expect(answer).rejects.toBe('gone')
  })

  it('does not start the handler for a caller who has left', async () => {
    const app = lifespan({}, quiet)
    await app.start()
    const call = fakeCall()
    call.abort('gone')
    const handler = held()
    await expect(app.gate(call, handler.next)).rejects.toBe('gone')
    expect(handler.calls).toHaveLength(0)
  })

  it('refuses calls when the start failed, without telling them why', async () => {
    const error = new Error('password authentication failed for user admin')
    const app = lifespan({ db: resource({ start: () => Promise.reject(error) }) }, quiet)
    for (let n = 0; n < 2; n += 1) {
      await expect(app.gate(fakeCall(), held().next)).rejects.toMatchObject({
        message: 'The server could not start what it needs.',
        code: 'ERR_NOT_STARTED',
        kind: 'rejected',
      })
    }
  })

  it('refuses calls while it stops, and lets those inside finish', async () => {
    const app = lifespan({}, quiet)
    await app.start()
    const handler = held()
    const inside = app.gate(fakeCall(), handler.next)
    const stopped = app.stop()
    await expect(app.gate(fakeCall(), handler.next)).rejects.toMatchObject({
      message: 'The server is shutting down and takes no more calls.',
      code: 'ERR_SHUTTING_DOWN',
      kind: 'rejected',
      name: 'ShuttingDownError',
    })
    await settle()
    expect(app.state).toBe('stopping')
    handler.calls[0]?.resolve({ content: [] })
    expect(await inside).toEqual({ content: [] })
    await stopped
    expect(app.state).toBe('stopped')
  })

  it('refuses those who were waiting for a start that is stopped', async () => {
    const { staged } = stage()
    const app = lifespan({ db: staged('db').resource }, quiet)
    const answer = app.gate(fakeCall(), held().next)
    const stopped = app.stop()
    await expect(answer).rejects.toMatchObject({ code: 'ERR_NOT_STARTED' })
    await stopped
  })

  it('gives up calls that outlast the drain: the caller is answered, the handler told', async () => {
    const clock = manualClock()
    const app = lifespan({}, { ...quiet, clock, drainMs: 3_000 })
    await app.start()
    const handler = held()
    const answer = app.gate(fakeCall({ clock }), handler.next)
    const stopped = app.stop()
    clock.advance(2_999)
    expect(app.running).toBe(1)
    clock.advance(1)
    await expect(answer).rejects.toMatchObject({ code: 'ERR_SHUTTING_DOWN', kind: 'abandoned' })
    expect(isAborted(handler.calls[0]?.call ?? fakeCall())).toBe(true)
    handler.calls[0]?.resolve({ late: true })
    await stopped
    expect(app.running).toBe(0)
    expect(clock.timers).toBe(0)
  })
})
