/** Something that a server could do better. */
export interface Finding {
  /** Its name, for `--ignore`. */
  readonly id: string
  /** Where: a tool, an address, `server.ts:12`. */
  readonly where: string
  /** What was found, with the number behind it. */
  readonly what: string
  /** Why that matters. */
  readonly why: string
  /** What to change. */
  readonly change: string
}
