import type { HttpHeaders } from '../response.ts'
import type { Pieces } from './pieces.ts'

/** What came of one request on one connection, as it came. */
export interface Answer {
  readonly status: number
  readonly headers: HttpHeaders
  /** The body, or as much of it as was asked for. */
  readonly bytes: Buffer
  /** The body as it comes, in place of `bytes`. */
  readonly pieces?: Pieces
}
