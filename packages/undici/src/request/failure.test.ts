import { expect, test } from 'vitest'
import { failureOf } from './failure.ts'

const failure = (message: string, code: string): Error => Object.assign(new Error(message), { code })

test('a stream of HTTP/2 that takes too long has timed out, whichever version of undici says so', () => {
  const older = failure('HTTP/2: "stream timeout after 50"', 'UND_ERR_INFO')
  const newer = failure('HTTP/2: "headers timeout after 50"', 'UND_ERR_HEADERS_TIMEOUT')
  for (const cause of [older, newer]) expect(failureOf(cause, true)).toMatchObject({ code: 'ERR_TIMED_OUT', cause })
})

test('a stream of HTTP/2 that ends for another reason is lost', () => {
  const cause = failure('HTTP/2: "GOAWAY" frame received with code 0', 'UND_ERR_SOCKET')
  expect(failureOf(cause, true)).toMatchObject({ code: 'ERR_CONNECTION_LOST', cause })
})
