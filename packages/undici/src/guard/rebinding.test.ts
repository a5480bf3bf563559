import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { expect, test } from 'vitest'
import { site } from '../fixtures/site.ts'
import { eachUndici } from '../fixtures/versions.ts'

const giving =
  (...addresses: string[]): LookupFunction =>
  (_, __, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )

eachUndici((open) => {
  test.each([['127.0.0.1'], ['::1'], ['::ffff:127.0.0.1'], ['10.0.0.1', '192.168.1.1'], ['169.254.169.254']])(
    'a name that leads to %s is blocked before anything is sent',
    async (...addresses) => {
      const { port, connections } = await site((_, response) => response.end('secret'))
      const http = await open({ guard: {}, lookup: giving(...addresses) })
      await expect(http.request(`http://harmless.test:${port}/`)).rejects.toMatchObject({ code: 'ERR_HTTP_BLOCKED' })
      expect(await connections()).toBe(0)
      expect(http.stats()).toMatchObject({ blocked: 1, opened: 0, active: 0 })
    },
  )

  test('localhost is a name like others', async () => {
    const { port } = await site((_, response) => response.end('secret'))
    const http = await open({ guard: {} })
    await expect(http.request(`http://localhost:${port}/`)).rejects.toMatchObject({ code: 'ERR_HTTP_BLOCKED' })
  })

  test('of several addresses, only those that may be asked are', async () => {
    const { port } = await site((_, response) => response.end('allowed'))
    const http = await open({ guard: { allowRanges: ['127.0.0.1'] }, lookup: giving('10.0.0.1', '127.0.0.1') })
    expect((await http.request(`http://both.test:${port}/`)).text()).toBe('allowed')
  })

  test('a name that changes where it leads is looked at for each connection', async () => {
    const { port, server } = await site((_, response) => response.end('first'))
    let lookups = 0
    const answers: LookupAddress[] = [
      { address: '127.0.0.1', family: 4 },
      { address: '127.0.0.2', family: 4 },
    ]
    const lookup: LookupFunction = (_, __, done) => done(null, [answers[lookups++]!])
    const http = await open({ guard: { allowRanges: ['127.0.0.1'] }, lookup, connections: 1 })
    const url = `http://rebound.test:${port}/`
    expect((await http.request(url)).text()).toBe('first')
    // A connection that is open goes on: it leads where it was allowed to.
    expect((await http.request(url)).text()).toBe('first')
    expect(lookups).toBe(1)
    server.closeAllConnections()
    while (http.stats().connections > 0) await new Promise(setImmediate)
    await expect(http.request(url)).rejects.toMatchObject({ code: 'ERR_HTTP_BLOCKED' })
    expect(lookups).toBe(2)
  })

  test('a lookup that knows of one address only is looked at as well', async () => {
    const { port } = await site((_, response) => response.end('one'))
    const one =
      (address: string, family?: number): LookupFunction =>
      (_, __, done) =>
        done(null, address, family)
    const url = `http://one.test:${port}/`
    const allowed = await open({ lookup: one('127.0.0.1', 4) })
    expect((await allowed.request(url)).text()).toBe('one')
    await expect((await open({ guard: {}, lookup: one('127.0.0.1') })).request(url)).rejects.toMatchObject({
      code: 'ERR_HTTP_BLOCKED',
    })
  })

  test('a lookup that finds nothing: unavailable', async () => {
    await expect((await open({ lookup: giving() })).request('http://none.test/')).rejects.toMatchObject({
      code: 'ERR_HTTP_UNAVAILABLE',
    })
  })
})
