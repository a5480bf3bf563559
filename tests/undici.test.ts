import type { Call, Result } from '@millrace/core'
import { fakeCall, manualClock } from '@millrace/core/testing'
import { lifespan } from '@millrace/lifespan'
import { breaker, retry, timeout } from '@millrace/resilience'
import { httpPool } from '@millrace/undici'
import type { HttpPool } from '@millrace/undici'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, expectTypeOf, onTestFinished, test } from 'vitest'

const guard = { allowRanges: ['loopback'] }

const site = async (answer: RequestListener): Promise<string> => {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const opened = async (): Promise<HttpPool> => {
  const http = await httpPool({ guard }).open()
  onTestFinished(() => http.close(0))
  return http
}

const asking =
  (http: HttpPool, origin: string) =>
  async (call: Call): Promise<Result> => ({ said: (await http.request(origin, call)).text() })

const reading = { readOnly: true, idempotent: true, destructive: false, openWorld: true }

test('a lifespan starts, checks and closes a pool', async () => {
  const origin = await site((_, response) => response.end('x'))
  const app = lifespan({ http: httpPool({ guard, checkUrl: origin }) }, { signals: false })
  await app.start()
  expectTypeOf(app.resources.http).toEqualTypeOf<HttpPool>()
  const { http } = app.resources
  expect((await http.request(origin)).text()).toBe('x')
  expect(await app.health()).toMatchObject({ status: 'healthy', resources: { http: { status: 'healthy' } } })
  await app.stop()
  await expect(http.request(origin)).rejects.toMatchObject({ code: 'ERR_POOL_CLOSED' })
})

test('retry waits for as long as Retry-After says, and no request is repeated without it', async () => {
  let asked = 0
  const origin = await site((_, response) => {
    asked += 1
    if (asked === 1) response.writeHead(503, { 'retry-after': '7' }).end()
    else response.end('at last')
  })
  const http = await opened()
  const clock = manualClock()
  const call = fakeCall({ clock, traits: reading })
  const result = retry({ jitterRatio: 0 })(call, asking(http, origin))
  while (clock.timers === 0) await new Promise(setImmediate)
  clock.advance(6_999)
  await new Promise(setImmediate)
  expect(asked).toBe(1)
  clock.advance(1)
  expect(await result).toEqual({ said: 'at last' })
  expect([asked, http.stats().requests]).toEqual([2, 2])
})

test('what would be the same next time is not repeated', async () => {
  let asked = 0
  const origin = await site((_, response) => {
    asked += 1
    response.writeHead(404).end()
  })
  const call = fakeCall({ clock: manualClock(), traits: reading })
  await expect(retry()(call, asking(await opened(), origin))).rejects.toMatchObject({ status: 404 })
  expect(asked).toBe(1)
})

test('a service that takes no connection opens a breaker, and a URL that is blocked does not', async () => {
  const http = await opened()
  const guarded = breaker({ minCalls: 3, failureRatio: 0.5 })
  for (let n = 0; n < 20; n += 1)
    await guarded(fakeCall(), asking(http, 'http://10.0.0.1')).catch((error: unknown) =>
      expect(error).toMatchObject({ code: 'ERR_HTTP_BLOCKED' }),
    )
  const codes: unknown[] = []
  for (let n = 0; n < 4; n += 1)
    await guarded(fakeCall(), asking(http, 'http://127.0.0.1:1')).catch((error: { code?: string }) =>
      codes.push(error.code),
    )
  expect(codes).toEqual(['ERR_HTTP_UNAVAILABLE', 'ERR_HTTP_UNAVAILABLE', 'ERR_HTTP_UNAVAILABLE', 'ERR_CIRCUIT_OPEN'])
})

test('a timeout in front of a handler ends its request down to the socket', async () => {
  const gone: boolean[] = []
  const origin = await site((request) => request.once('close', () => gone.push(true)))
  const http = await opened()
  await expect(timeout({ timeoutMs: 50 })(fakeCall(), asking(http, origin))).rejects.toMatchObject({
    code: 'ERR_TIMED_OUT',
  })
  while (gone.length === 0) await new Promise(setImmediate)
  expect(http.stats()).toMatchObject({ active: 0, connections: 0, timedOut: 1 })
})
