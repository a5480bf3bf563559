/** SHA-256 of the UTF-8 of a text, as 43 characters of base64url. */
export const sha256 = (text: string): string => {
  crypto ??= process.getBuiltinModule('node:crypto')
  return crypto.hash('sha256', text, 'base64url')
}

// Not imported: loading it takes 3 ms of a server's start, and one that speaks stdio may never hash anything.
let crypto: typeof import('node:crypto') | undefined
