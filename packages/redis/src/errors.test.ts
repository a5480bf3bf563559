import { expect, test } from 'vitest'
import { RedisLostError, RedisTimedOutError, RedisUnavailableError } from './errors.ts'

test('errors are known by their code and name, and say whether the command may have been done', () => {
  const refused = new RedisUnavailableError('no', new Error('why'))
  expect(refused).toMatchObject({ name: 'RedisUnavailableError', code: 'ERR_REDIS_UNAVAILABLE', kind: 'rejected' })
  const late = new RedisTimedOutError('late')
  expect(late).toMatchObject({ name: 'RedisTimedOutError', code: 'ERR_TIMED_OUT', kind: 'abandoned' })
  const lost = new RedisLostError('lost', new Error('why'))
  expect(lost).toMatchObject({ name: 'RedisLostError', code: 'ERR_CONNECTION_LOST', kind: 'abandoned' })
})
