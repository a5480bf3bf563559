import { expect, test } from 'vitest'
import { httpPool } from './httpPool.ts'
import type { HttpPoolOptions } from './options.ts'
import { requestOf } from './request/options.ts'
import type { HttpRequestOptions } from './request/options.ts'

test.each<[unknown, string]>([
  [{ connections: 0 }, 'httpPool.connections must be an integer ≥ 1, got 0'],
  [{ maxConcurent: 1 }, 'httpPool.maxConcurent is not an option; did you mean maxConcurrent?'],
  [{ headersMs: 0 }, 'httpPool.headersMs must be a number ≥ 1 or Infinity, got 0'],
  [{ idleMs: Infinity }, 'httpPool.idleMs must be a number ≥ 1, got Infinity'],
  [{ http2: 'yes' }, "httpPool.http2 must be true or false, got 'yes'"],
  [{ guard: true }, 'httpPool.guard must be an object or false, got true'],
  [{ guard: { allow: [] } }, 'httpPool.guard.allow is not an option'],
  [{ guard: { allowOrigins: 'a.test' } }, "httpPool.guard.allowOrigins must be an array of strings, got 'a.test'"],
  [{ lookup: 'dns' }, "httpPool.lookup must be a function, got 'dns'"],
  [{ clock: {} }, 'httpPool.clock must be a clock (with now, after), got an object'],
])('%j makes no sense', (options, message) => {
  expect(() => httpPool(options as HttpPoolOptions)).toThrow(message)
})

test.each<[unknown, string]>([
  [{ method: 'get' }, "request.method must be a method in capitals, not CONNECT, got 'get'"],
  [{ method: 'CONNECT' }, 'request.method must be a method in capitals'],
  [{ body: 5 }, 'request.body must be a string or a Uint8Array, got 5'],
  [{ body: '', json: 1 }, 'request.json takes the place of request.body: give one of them'],
  [{ headers: { Host: 'evil.test' } }, 'request.headers must be an object of strings, without host, connection'],
  [{ headers: { a: 1 } }, 'request.headers must be an object of strings'],
  [{ headers: [] }, 'request.headers must be an object'],
  [{ signal: {} }, 'request.signal must be an AbortSignal, got an object'],
  [{ call: {} }, 'request.call must be a call (with notify), got an object'],
  [{ timeoutMs: -1 }, 'request.timeoutMs must be a number ≥ 0 or Infinity, got -1'],
  [null, 'request: options must be an object, got null'],
  ['POST', "request: options must be an object, got 'POST'"],
])('a request with %j makes no sense', (options, message) => {
  expect(() => requestOf(options as HttpRequestOptions)).toThrow(message)
})
