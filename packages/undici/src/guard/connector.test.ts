import type { LookupFunction } from 'node:net'
import { buildConnector } from 'undici'
import { expect, test } from 'vitest'
import type { Driver } from '../driver.ts'
import { settingsOf } from '../options.ts'
import { connectorOf, guardedLookup } from './connector.ts'
import { guardOf } from './guard.ts'

/** What a lookup comes to. */
const found = (lookup: LookupFunction, all: boolean): Promise<unknown> =>
  new Promise((resolve) => lookup('name.test', { all }, (...given) => resolve(given[0] ?? given.slice(1))))

const two: LookupFunction = (_, __, done) =>
  done(null, [
    { address: '10.0.0.1', family: 4 },
    { address: '127.0.0.1', family: 4 },
  ])

test('an address in place of a name is looked at where the socket is made', async () => {
  const connect = connectorOf({ buildConnector } as Driver, settingsOf())
  const target = { hostname: '10.0.0.1', protocol: 'http:', port: '80' }
  const error = await new Promise((resolve) => connect(target, (...[failure]) => resolve(failure)))
  expect(error).toMatchObject({ code: 'ERR_HTTP_BLOCKED' })
})

test('whoever wants one address or all of them gets such that pass', async () => {
  const lookup = guardedLookup(two, guardOf({ allowRanges: ['loopback'] }))
  expect(await found(lookup, true)).toEqual([[{ address: '127.0.0.1', family: 4 }]])
  expect(await found(lookup, false)).toEqual(['127.0.0.1', 4])
  expect(await found(guardedLookup(two, guardOf({})), false)).toMatchObject({ code: 'ERR_HTTP_BLOCKED' })
})
