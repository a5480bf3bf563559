import type { Resource } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { lifespan } from './lifespan.ts'
import { resource } from './resource.ts'

const start = () => 1

describe('what a lifespan is made of', () => {
  it('refuses a circle and says which', () => {
    const a: { start(): number; needs: { [name: string]: Resource } } = { start, needs: {} }
    const b = { start, needs: { a } }
    a.needs['b'] = b
    expect(() => lifespan({ a, b })).toThrow('lifespan: a needs b needs a, which is a circle')
  })

  it.each([
    [null, 'lifespan.db: expected an object with start, got null'],
    ['postgres://', 'lifespan.db: expected an object with start, got a string'],
    [{}, 'lifespan.db: start must be a function, got undefined'],
    [{ start, close: true }, 'lifespan.db: close must be a function, got a boolean'],
    [{ start, check: [] }, 'lifespan.db: check must be a function, got an array'],
    [{ start, needs: [] }, 'lifespan.db: needs must be an object of resources, got an array'],
    [{ start, needs: { pool: 3 } }, 'lifespan.db.pool: expected an object with start, got a number'],
  ])('refuses %j for a resource', (db, message) => {
    expect(() => lifespan({ db: db as never })).toThrow(message)
  })

  it('refuses what is no record of resources', () => {
    expect(() => lifespan([] as never)).toThrow('lifespan: expected an object of resources, { db, http }')
  })

  it('refuses a resource that is none where it is made', () => {
    expect(() => resource({ start: {} as never })).toThrow('resource: start must be a function, got an object')
  })

  it.each([
    [{ drainMs: -1 }, 'lifespan.drainMs must be a number ≥ 0 or Infinity, got -1'],
    [{ signals: 'SIGTERM' }, "lifespan.signals must be false or an array of names of signals, got 'SIGTERM'"],
    [{ drainMS: 1 }, 'lifespan.drainMS is not an option; did you mean drainMs?'],
  ])('refuses the options %j', (options, message) => {
    expect(() => lifespan({}, options as never)).toThrow(message)
  })

  it('refuses a hook that is no function', () => {
    expect(() => lifespan({}).onStartup('now' as never)).toThrow('lifespan.onStartup takes a function, got a string')
    expect(() => lifespan({}).onShutdown(undefined as never)).toThrow(
      'lifespan.onShutdown takes a function, got undefined',
    )
  })
})
