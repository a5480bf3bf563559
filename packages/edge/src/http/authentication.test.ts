import { InvalidTokenError, InsufficientScopeError, ServerError } from '@modelcontextprotocol/sdk/server/auth/errors.js'
import { OAuthError, OAuthErrorCode } from '@modelcontextprotocol/server'
import { subscribe } from '@millrace/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { legacy } from '../fixtures/post.ts'
import { serving, talkative } from '../fixtures/serving.ts'
import { v1 } from '../fixtures/servers.ts'
import { send } from '../fixtures/wire.ts'

const ask = async (authenticate: () => never) => {
  const errors: unknown[] = []
  const { url, served } = await serving(() => talkative(v1), {
    authenticate,
    onError: (error) => void errors.push(error),
  })
  const answer = await send(url, legacy('tools/list'))
  expect(served.stats().active).toBe(0)
  return { ...answer, challenge: answer.headers['www-authenticate'], errors }
}

const throwing = (error: unknown) => () => {
  throw error
}

describe('a caller of whom authenticate throws', () => {
  it.each([
    ['an issuer out of reach', Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:443'), { code: 'ECONNREFUSED' })],
    ['a mistake of the author', new TypeError("Cannot read properties of undefined (reading 'sub')")],
    ['nothing', undefined],
    ['a word', 'no'],
  ])('%s gets 500 and no word of why, which the operator hears', async (_what, error) => {
    const events: object[] = []
    onTestFinished(subscribe('edge', (event) => void events.push(event)))
    const answer = await ask(throwing(error))
    expect([answer.status, answer.challenge]).toEqual([500, undefined])
    expect(answer.json().error).toEqual({ code: -32603, message: 'Internal server error' })
    expect(answer.errors).toEqual([error])
    expect(events).toContainEqual(expect.objectContaining({ type: 'edge.failed', error }))
  })

  it.each([
    ['v1', new InvalidTokenError('Token "1" is revoked'), 401, 'invalid_token'],
    ['v2', new OAuthError(OAuthErrorCode.InvalidToken, 'Token "1" is revoked'), 401, 'invalid_token'],
    ['v1', new InsufficientScopeError('Needs mcp:\nwrite'), 403, 'insufficient_scope'],
    ['v2', new OAuthError(OAuthErrorCode.InsufficientScope, 'Needs mcp:\nwrite'), 403, 'insufficient_scope'],
  ])('the SDK’s own refusal of %s gets the SDK’s own answer: %o', async (_line, error, status, code) => {
    const answer = await ask(throwing(error))
    const said = error.message.replaceAll('"', '\\"').replace('\n', ' ')
    expect([answer.status, answer.challenge]).toEqual([status, `Bearer error="${code}", error_description="${said}"`])
    expect(answer.json()).toEqual({ error: code, error_description: error.message })
    expect(answer.errors).toEqual([])
  })

  it.each([
    ['v1', new ServerError('The issuer is down')],
    ['v2', new OAuthError(OAuthErrorCode.ServerError, 'The issuer is down')],
  ])('the SDK’s own error of a server of %s gets 500, which the operator hears', async (_line, error) => {
    const answer = await ask(throwing(error))
    expect([answer.status, answer.challenge, answer.errors]).toEqual([500, undefined, [error]])
    expect(answer.json()).toMatchObject({ error: 'server_error' })
  })

  it('another of the SDK’s OAuth errors gets 400', async () => {
    const answer = await ask(throwing(new OAuthError(OAuthErrorCode.InvalidRequest, 'Two tokens')))
    expect([answer.status, answer.challenge, answer.errors]).toEqual([400, undefined, []])
  })

  it.each([
    ['jose', Object.assign(new Error('"exp" claim timestamp check failed'), { code: 'ERR_JWT_EXPIRED' })],
    [
      'jose',
      Object.assign(new Error('signature verification failed'), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' }),
    ],
    ['jsonwebtoken', Object.assign(new Error('invalid signature'), { name: 'JsonWebTokenError' })],
    ['jsonwebtoken', Object.assign(new Error('jwt expired'), { name: 'TokenExpiredError' })],
  ])('what %s says of a bad token gets 401: %o', async (_library, error) => {
    const answer = await ask(throwing(error))
    expect([answer.status, answer.challenge, answer.errors]).toEqual([401, 'Bearer error="invalid_token"', []])
    expect(answer.bytes.toString()).not.toContain(error.message)
  })

  it('a Response gets that', async () => {
    const answer = await ask(throwing(new Response('none of yours', { status: 403 })))
    expect([answer.status, answer.bytes.toString(), answer.errors]).toEqual([403, 'none of yours', []])
  })
})

describe('a caller whose authenticate says until when it is known', () => {
  const askUntil = async (expiresAt: unknown, more: object = {}) => {
    const authInfo = { token: 't', clientId: 'c', scopes: [], expiresAt, ...more }
    return ask((() => authInfo) as never)
  }
  const now = () => Date.now() / 1000

  it('is served until then, or for ever', async () => {
    for (const expiresAt of [now() + 60, undefined]) expect((await askUntil(expiresAt)).status).toBe(200)
  })

  it.each([
    ['has expired', () => now() - 1, 'Token has expired'],
    ['has no time of expiry', () => Number.NaN, 'Token has no expiration time'],
    ['has a word for it', () => 'tomorrow', 'Token has no expiration time'],
  ])('is refused as the SDK’s requireBearerAuth does when the token %s', async (_what, expiresAt, description) => {
    const metadata = { resourceMetadataUrl: 'https://api.example/.well-known/meta' }
    for (const [more, end] of [
      [{}, ''],
      [metadata, ', resource_metadata="https://api.example/.well-known/meta"'],
    ] as const) {
      const answer = await askUntil(expiresAt(), more)
      const challenge = `Bearer error="invalid_token", error_description="${description}"${end}`
      expect([answer.status, answer.challenge, answer.errors]).toEqual([401, challenge, []])
      expect(answer.json()).toEqual({ error: 'invalid_token', error_description: description })
    }
  })
})
