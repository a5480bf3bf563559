import { expect, test } from 'vitest'
import { saidBy } from './saidBy.ts'

test.each([
  'Reached the max retries per request limit (which is 0). Refer to "maxRetriesPerRequest" option for details.',
  'Connection is closed.',
  'Command aborted due to connection close',
])('what ioredis says of a connection that broke is said in our words: %s', (message) => {
  const cause = new Error(message)
  expect(saidBy(cause)).toMatchObject({
    code: 'ERR_CONNECTION_LOST',
    kind: 'abandoned',
    message: 'The connection to Redis broke before it answered.',
    cause,
  })
})

test('what came in place of an answer is a connection that broke', () => {
  const cause = Object.assign(new Error('Protocol error, got "!"'), { name: 'ParserError' })
  expect(saidBy(cause)).toMatchObject({ code: 'ERR_CONNECTION_LOST', cause })
})

test.each([
  "Stream isn't writeable and enableOfflineQueue options is false",
  "Cluster isn't ready and enableOfflineQueue options is false",
  'None of startup nodes is available',
])('a command that was never sent is refused: %s', (message) => {
  const cause = new Error(message)
  expect(saidBy(cause)).toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE', kind: 'rejected', cause })
})

test('a cluster of which nobody answers is refused', () => {
  const cause = Object.assign(new Error('Failed to refresh slots cache.'), { name: 'ClusterAllFailedError' })
  expect(saidBy(cause)).toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE', cause })
})

test.each([new Error('OOM command not allowed'), new TypeError('mine'), 'no error', undefined])(
  'anything else is handed on as it is: %s',
  (error) => {
    expect(saidBy(error)).toBe(error)
  },
)
