import { expect, test } from 'vitest'
import { configOf } from './connection/config.ts'
import { settingsOf } from './options.ts'
import { postgres } from './postgres.ts'

test('left out, every option has the default that its documentation names', () => {
  expect(settingsOf()).toMatchObject({
    connection: {},
    replicas: [],
    name: 'millrace',
    min: 1,
    max: 10,
    autoResize: false,
    maxWaiting: 100,
    waitMs: 5_000,
    connectMs: 5_000,
    queryMs: 30_000,
    cancelMs: 2_000,
    idleMs: 30_000,
    lifetimeMs: 3_600_000,
    maxUses: Infinity,
    probeAfterMs: 10_000,
    probeMs: 1_000,
    settings: {},
    maxPrepared: 100,
  })
})

test.each([
  [{ max: 0 }, 'postgres.max must be an integer ≥ 1, got 0'],
  [{ min: 3, max: 2 }, 'postgres.min must be at most max, which is 2, got 3'],
  [{ queryMs: -1 }, 'postgres.queryMs must be a number ≥ 0 or Infinity, got -1'],
  [{ replicas: 'url' }, "postgres.replicas must be an array of URLs or objects, got 'url'"],
  [{ replicas: [5] }, 'postgres.replicas must be an array of URLs or objects, got an array'],
  [{ settings: [] }, 'postgres.settings must be an object, got an array'],
  [{ settings: { 'a b': 1 } }, 'postgres.settings must be an object of names and strings, numbers or booleans'],
  [{ settings: { a: null } }, 'postgres.settings must be an object of names and strings, numbers or booleans'],
  [{ autoResize: { max: 5 } }, 'postgres.autoResize.max must be an integer ≥ 10, got 5'],
  [{ autoResize: {} }, 'postgres.autoResize.max must be an integer, got undefined'],
  [{ autoResize: true }, 'postgres.autoResize must be false or an object, got true'],
  [{ poolSize: 5 }, 'postgres.poolSize is not an option'],
])('bad options get one clear sentence: %j', (options, message) => {
  expect(() => postgres(options as never)).toThrow(message)
})

test('a database is a URL, or parts of which those left out come from the environment', () => {
  const settings = settingsOf()
  expect(configOf('postgresql://ann@db/atlas', settings)).toMatchObject({
    connectionString: 'postgresql://ann@db/atlas',
  })
  const config = configOf({ host: 'db', user: undefined }, settings)
  expect(config).toMatchObject({ host: 'db', keepAlive: true })
  expect('user' in config).toBe(false)
})
