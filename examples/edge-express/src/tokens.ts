import { OAuthError, OAuthErrorCode, requireBearerAuth } from '@modelcontextprotocol/server'

// Where an issuer would be asked, or its signature checked.
const users: ReadonlyMap<string, string> = new Map([
  ['token-of-ann', 'ann'],
  ['token-of-bob', 'bob'],
])

/** Says whose token a request carries, or refuses it as OAuth has it. */
export const authenticate = requireBearerAuth({
  verifier: {
    verifyAccessToken: async (token) => {
      const sub = users.get(token)
      if (sub === undefined) throw new OAuthError(OAuthErrorCode.InvalidToken, 'There is no such token')
      const extra = { iss: 'https://issuer.example', sub }
      return { token, clientId: 'shop', scopes: [], expiresAt: Date.now() / 1000 + 3600, extra }
    },
  },
})
