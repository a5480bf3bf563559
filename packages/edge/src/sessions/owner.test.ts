import type { AuthInfo } from '@millrace/mcp'
import { describe, expect, it } from 'vitest'
import { legacy, legacyHeaders } from '../fixtures/post.ts'
import { serving, talkative } from '../fixtures/serving.ts'
import { v1, v2 } from '../fixtures/servers.ts'

const handshake = legacy('initialize', {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'client', version: '1' },
})

/** What tokens say; all of them were given to one OAuth client, which many users share. */
const tokens: { readonly [token: string]: Partial<AuthInfo> } = {
  opaque1: { token: 'opaque1' },
  opaque2: { token: 'opaque2' },
  ann: { token: 'ann', extra: { iss: 'https://issuer', sub: 'ann' } },
  annLater: { token: 'annLater', extra: { iss: 'https://issuer', sub: 'ann' } },
  bob: { token: 'bob', extra: { iss: 'https://issuer', sub: 'bob' } },
  annElsewhere: { token: 'annElsewhere', extra: { iss: 'https://other', sub: 'ann' } },
  nobody: { token: '' },
}

describe.each([v1, v2])('the session of a caller of a $name server', (line) => {
  const open = async () => {
    const errors: unknown[] = []
    const { url, served } = await serving(() => talkative(line), {
      sessions: true,
      onError: (error) => void errors.push(error),
      authenticate: ({ headers }) => {
        const known = tokens[headers.get('authorization') ?? '']
        return known === undefined ? undefined : { clientId: 'one for all', scopes: [], ...known }
      },
    })
    const as = (token: string | undefined) => (token === undefined ? {} : { authorization: token })
    const start = async (token?: string) => {
      const response = await fetch(url, { ...handshake, headers: { ...handshake.headers, ...as(token) } })
      await response.text()
      return { status: response.status, id: response.headers.get('mcp-session-id') ?? '' }
    }
    const ask = async (method: string, id: string, token?: string) => {
      const headers = { ...legacyHeaders, 'mcp-session-id': id, ...as(token) }
      const body = method === 'POST' ? { body: legacy('tools/list').body } : {}
      const response = await fetch(url, { method, headers, ...body })
      await response.body?.cancel()
      return response.status
    }
    return { start, ask, served, errors }
  }

  it.each([
    ['opaque1', 'opaque2'],
    ['ann', 'bob'],
    ['ann', 'annElsewhere'],
    ['ann', 'opaque1'],
    ['ann', undefined],
    [undefined, 'ann'],
  ])('that is %s’s does not exist for %s, whatever it asks', async (owner, other) => {
    const { start, ask, served } = await open()
    const { id } = await start(owner)
    for (const method of ['POST', 'GET', 'DELETE'])
      expect([method, await ask(method, id, other)]).toEqual([method, 404])
    expect(await ask('POST', id, owner)).toBe(200)
    expect(served.stats().sessions).toBe(1)
  })

  it('outlives the token where that names its subject, as tokens are renewed', async () => {
    const { start, ask } = await open()
    const { id } = await start('ann')
    expect(await ask('POST', id, 'annLater')).toBe(200)
  })

  it('is not begun for a caller whose authentication names nobody: the operator hears why', async () => {
    const { start, served, errors } = await open()
    expect((await start('nobody')).status).toBe(500)
    expect(served.stats()).toMatchObject({ active: 0, sessions: 0 })
    expect(errors.map(String)).toEqual([expect.stringContaining('authenticate must name the caller of a session')])
  })
})
