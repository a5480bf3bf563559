import type { FaultProxy } from '@millrace/core/testing'
import type { Call } from './calls.ts'
import type { Serving } from './serving.ts'

/** What a server leans on, and what is done to it. */
export interface Subject<Here extends World = World> {
  readonly name: string
  /** Tools that have to answer whatever happens; an error of another one is an answer too. */
  readonly unharmed: ReadonlyArray<Call['tool']>
  readonly faults: ReadonlyArray<Fault<Here>>
  open(): Promise<Here>
}

/** Something that goes wrong. */
export interface Fault<Here extends World = World> {
  readonly name: string
  /** Resolves when it is over. */
  strike(world: Here): Promise<void>
}

/** A server under test with what it leans on. */
export interface World {
  readonly serving: Serving
  /** How many connections a server keeps that nobody calls. */
  readonly idle: number
  /** Connections of the server under test, as what it leans on counts them. */
  connections(): Promise<number>
  /** The numbers that were kept since this was last asked. */
  kept(): Promise<readonly Kept[]>
  close(): Promise<void>
}

/** A number, and how often it was kept; undefined is something that is no number. */
export interface Kept {
  readonly n: number | undefined
  readonly times: number
}

/** A world with something between the server under test and what it leans on. */
export interface Proxied extends World {
  readonly proxy: FaultProxy
}
