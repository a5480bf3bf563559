/** What an error of SQLite says of the file. */
export type Fault = 'busy' | 'damaged' | 'other'

export const faultOf = (error: unknown): Fault => {
  const code = (error as { readonly errcode?: unknown } | null | undefined)?.errcode
  // The last eight bits are the kind, those above say more of it: https://sqlite.org/rescode.html
  return typeof code === 'number' ? (kinds.get(code & 0xff) ?? 'other') : 'other'
}

const kinds: ReadonlyMap<number, Fault> = new Map([
  [1, 'damaged'],
  [5, 'busy'],
  [6, 'busy'],
  [11, 'damaged'],
  [26, 'damaged'],
])
