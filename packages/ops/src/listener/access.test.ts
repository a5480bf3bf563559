import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { ask, bearer, token } from '../fixtures/ask.ts'
import { opened } from '../fixtures/opened.ts'
import { accessOf } from './access.ts'
import type { Route } from './part.ts'

const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` })

/** An address of this machine that others may reach. */
const outside = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

describe('a token', () => {
  it.each([
    ['none', {}],
    ['a wrong one', { authorization: `Bearer ${token}x` }],
    ['a part of it', { authorization: `Bearer ${token.slice(0, -1)}` }],
    ['another scheme', { authorization: `Digest ${token}` }],
    ['a user without a password', basic(token)],
    ['a wrong password', basic('me:wrong')],
    ['nothing but a scheme', { authorization: 'Bearer' }],
  ])('lets nobody see anything with %s', async (_what, headers) => {
    const url = await opened({ token })
    for (const path of ['/health', '/ready', '/health/detailed', '/metrics', '/nothing']) {
      const { status, headers: said, text } = await ask(url, path, { headers })
      expect({ status, text }).toEqual({ status: 401, text: 'The token is missing or wrong.\n' })
      expect(said['www-authenticate']).toBe('Basic realm="millrace", charset="UTF-8"')
    }
  })

  it.each([
    ['bearer', bearer],
    ['a lower-case scheme', { authorization: `bearer  ${token}` }],
    ['a password', basic(`anybody:${token}`)],
  ])('is taken as %s', async (_what, headers) => {
    const url = await opened({ token })
    expect((await ask(url, '/health/detailed', { headers })).status).toBe(200)
  })

  it('is not asked of probes where they are open', async () => {
    const url = await opened({ token, openProbes: true })
    expect((await ask(url, '/health')).status).toBe(200)
    expect((await ask(url, '/ready')).status).toBe(200)
    expect((await ask(url, '/health/detailed')).status).toBe(401)
  })

  it('is what another interface takes', async () => {
    const url = await opened({ host: '0.0.0.0', token })
    const there = new URL(`http://${outside ?? '127.0.0.1'}:${url.port}/`)
    expect((await ask(there, '/health')).status).toBe(401)
    expect((await ask(there, '/health', { headers: bearer })).status).toBe(200)
  })
})

describe('a page of another site', () => {
  it.each([
    ['a name that leads here', { host: 'evil.example' }],
    ['a name that looks like one of ours', { host: 'localhost.evil.example' }],
    ['a user in front of the name', { host: 'localhost@evil.example' }],
    ['an origin of its own', { origin: 'https://evil.example' }],
    ['an origin of another port', { origin: 'http://127.0.0.1:1' }],
    ['an origin that it hides', { origin: 'null' }],
    ['an image of ours', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
    ['a frame of ours', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
    ['a script from another port', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }],
  ])('gets nothing with %s', async (_what, headers) => {
    const url = await opened()
    expect((await ask(url, '/health', { headers })).status).toBe(403)
  })

  it('may have a link to here', async () => {
    const url = await opened()
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    expect((await ask(url, '/health', { headers })).status).toBe(200)
  })

  it.each([{ host: 'localhost:1' }, { host: '[::1]' }, { host: '127.0.0.1' }])(
    'is not one that says %j',
    async (headers) => {
      const url = await opened()
      expect((await ask(url, '/health', { headers })).status).toBe(200)
    },
  )

  it('is what does not name one of the hosts, where they are named', async () => {
    const url = await opened({ hosts: ['Ops.example', 'bücher.example', '[0:0:0:0:0:0:0:1]'] })
    expect((await ask(url, '/health', { headers: { host: 'xn--bcher-kva.example' } })).status).toBe(200)
    expect((await ask(url, '/health', { headers: { host: '[::1]:9464' } })).status).toBe(200)
    expect((await ask(url, '/health', { headers: { host: 'ops.example:9464' } })).status).toBe(200)
    expect((await ask(url, '/health', { headers: { host: '127.0.0.1' } })).status).toBe(403)
  })
})

describe('what changes something', () => {
  const access = (known?: string) => accessOf({ token: known, hosts: ['here'], openProbes: true })
  const refusal = (known: string | undefined, headers: object, guard: Route['guard'] = 'act') =>
    access(known)({ headers: { host: 'here', ...headers }, method: 'POST', socket: {} } as never, guard)?.status

  it('takes a token, and a header that no other site can send', () => {
    expect(refusal(token, { ...bearer, 'x-millrace': '1' })).toBeUndefined()
    expect(refusal(token, bearer)).toBe(403)
    expect(refusal(token, { 'x-millrace': '1' })).toBe(401)
    expect(refusal(token, { ...bearer, 'x-millrace': '1', 'sec-fetch-site': 'cross-site' })).toBe(403)
  })

  it('is refused where nobody says where it goes', () => {
    expect(refusal(token, { ...bearer, host: undefined })).toBe(403)
    expect(refusal(token, { ...bearer, host: '[', origin: 'http://[' })).toBe(403)
  })

  it('is refused where there is no token', () => {
    expect(refusal(undefined, { 'x-millrace': '1' })).toBe(403)
    expect(refusal(undefined, {}, 'read')).toBeUndefined()
  })
})
