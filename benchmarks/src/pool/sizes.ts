/** How an atlas comes by its connections. */
export interface Size {
  readonly name: string
  /** Connections that are kept, and that there may be; undefined opens one for each query. */
  readonly pool?: { readonly min: number; readonly max: number; readonly isPeer?: boolean }
}

/** What is compared; the first is what the others are compared with. */
export const sizes: readonly Size[] = [
  { name: 'a connection per call' },
  { name: 'pg.Pool, max 10', pool: { min: 0, max: 10, isPeer: true } },
  { name: 'postgres(), 1–5', pool: { min: 1, max: 5 } },
  { name: 'postgres(), 2–10', pool: { min: 2, max: 10 } },
  { name: 'postgres(), 5–20', pool: { min: 5, max: 20 } },
]

/** One way to ask one of them. */
export interface Sample {
  readonly name: string
  readonly size: Size
  /** Share of the calls that ask for a place which was asked for before. */
  readonly hitRatio: number
}

/** Each size without hits. */
export const bySize: readonly Sample[] = sizes.map((size) => ({ name: size.name, size, hitRatio: 0 }))

/** One of them with more and more hits; the first is what the others are compared with. */
export const byHits: readonly Sample[] = [0, 0.5, 0.75, 0.9].map((hitRatio) => ({
  name: `postgres(), 2–10, ${hitRatio * 100} % hits`,
  size: sizes[3] as Size,
  hitRatio,
}))
