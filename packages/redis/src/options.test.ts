import { expect, test } from 'vitest'
import { settingsOf } from './options.ts'

test.for<[string, object, string]>([
  ['an unknown option', { conection: '' }, 'redis.conection is not an option; did you mean connection?'],
  ['a URL of something else', { connection: 'http://x' }, 'redis.connection must be a URL that starts with redis://'],
  ['a time of 0', { commandMs: 0 }, 'redis.commandMs must be a number ≥ 1 or Infinity, got 0'],
  ['a negative bound', { maxWaiting: -1 }, 'redis.maxWaiting must be an integer ≥ 0 or Infinity, got -1'],
  ['a port that is none', { connection: { port: 70_000 } }, 'redis.connection.port must be an integer'],
  [
    'no nodes',
    { connection: { nodes: [] } },
    'redis.connection.nodes must be an array of { host, port }, got an array',
  ],
  ['a node that is none', { connection: { nodes: [{ port: 'x' }] } }, 'redis.connection.nodes.port must be an integer'],
  ['sentinels of no group', { connection: { sentinels: [{}] } }, 'redis.connection.group must be given with sentinels'],
  ['a sentinel that is none', { connection: { sentinels: [{ hots: 'a' }], group: 'g' } }, 'did you mean host?'],
  ['a clock that is none', { clock: {} }, 'redis.clock must be a clock'],
])('%s is refused in one sentence', ([, options, message]) => {
  expect(() => settingsOf(options)).toThrow(message)
})

test('without options there is a server on this machine that is not required', () => {
  expect(settingsOf()).toMatchObject({ connection: 'redis://localhost:6379', isRequired: false, commandMs: 1_000 })
})
