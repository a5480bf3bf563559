import type { Era } from './era.ts'
import type { Lane } from './lane.ts'

/** A server that has been reached and whose revision of the protocol is known. */
export interface Server {
  /** Where it is, for reports. */
  readonly target: string
  readonly transport: 'http' | 'stdio'
  readonly era: Era
  /** What it calls itself: `atlas 1.0.0`. */
  readonly name: string
  /** Whether each connection has a session of its own. */
  readonly hasSessions: boolean
  /** Why it has gone for good; undefined as long as it can be called. */
  gone(): string | undefined
  /** Lines on stdout that were no JSON-RPC. */
  garbage(): number
  /** Where its inspector listens, when it was started with one. */
  inspector(): string | undefined
  lane(): Lane
  close(): Promise<void>
}
