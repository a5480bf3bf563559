import { describe, expect, it } from 'vitest'
import { defaultPrincipal, principalOf } from './principal.ts'

describe('the default principal', () => {
  it('is anonymous without authentication, on both lines', () => {
    expect([
      principalOf({ signal: 1, sendNotification: 1 }),
      principalOf({ mcpReq: {} }),
      principalOf(undefined),
    ]).toEqual([undefined, undefined, undefined])
  })

  it('is issuer and subject, which cannot be run together', () => {
    const of = (iss: string, sub: string) => defaultPrincipal({ token: 't', extra: { iss, sub } })
    expect(of('a', 'b')).toBe(of('a', 'b'))
    expect(of('a","b', 'c')).not.toBe(of('a', 'b","c'))
  })

  it('is a hash of the token where the subject is not known with its issuer', () => {
    const first = defaultPrincipal({ token: 'secret', extra: { sub: 'ann' } })
    expect(first).toBe(defaultPrincipal({ token: 'secret' }))
    expect(first).not.toBe(defaultPrincipal({ token: 'other' }))
    expect(first).not.toContain('secret')
  })

  it.each([
    ['', ''],
    ['', 'ann'],
    ['https://issuer', ''],
  ])('is a hash of the token where issuer %j or subject %j says nothing', (iss, sub) => {
    const of = (token: string) => defaultPrincipal({ token, extra: { iss, sub } })
    expect(of('one')).toBe(defaultPrincipal({ token: 'one' }))
    expect(of('one')).not.toBe(of('other'))
  })

  it('is another when the token of an object that is known becomes another', () => {
    const authInfo = { token: 'first' }
    const first = defaultPrincipal(authInfo)
    expect(defaultPrincipal(authInfo)).toBe(first)
    authInfo.token = 'second'
    expect(defaultPrincipal(authInfo)).toBe(defaultPrincipal({ token: 'second' }))
    expect(defaultPrincipal(authInfo)).not.toBe(first)
  })

  it('is never the client id, nor shared by callers who name nobody', () => {
    const anyone = () => defaultPrincipal({ clientId: 'shared' })
    expect(anyone()).not.toBe(anyone())
  })

  it('reads v1 and v2 alike', () => {
    const authInfo = { token: 't' }
    expect(principalOf({ signal: 1, sendNotification: 1, authInfo })).toBe(
      principalOf({ mcpReq: {}, http: { authInfo } }),
    )
  })

  it("is the author's where the author says", () => {
    expect(principalOf({ mcpReq: {} }, () => 'own')).toBe('own')
  })
})
