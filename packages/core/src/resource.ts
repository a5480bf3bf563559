import type { Clock } from './clock.ts'
import type { Maybe } from './store.ts'

/** Something with a life: a pool, a connection, a set of workers. Started once, checked while it lives, closed once. */
export interface Resource<Value = unknown, Needs extends Resources = Resources> {
  /** What must have started before, and is closed after. Their values reach `start` under the same names. */
  readonly needs?: Needs | undefined
  /**
   * Starts it. What it gives is what handlers work with.
   *
   * @throws when it cannot be started; everything that had started is then closed again
   */
  start(needs: Started<Needs>, context: ResourceContext): Maybe<Value>
  /** Lets go of everything it holds; called once, and only when it has started. What it gives is waited for. */
  close?(value: Value): unknown
  /**
   * Says how it is. Nothing is the same as `healthy`; throwing is the same as `unhealthy`.
   *
   * @param context its signal aborts when nobody waits for the answer any more
   */
  check?(value: Value, context: ResourceContext): Maybe<Health | void>
}

/** What a resource gets beside the values it needs. */
export interface ResourceContext {
  /** Aborts when the work is no longer wanted. */
  readonly signal: AbortSignal
  /** The time it lives in. */
  readonly clock: Clock
}

/** Resources by name. */
export interface Resources {
  // Their values and needs are each resource's own: a record holds all kinds.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly [name: string]: Resource<any, any>
}

/** The values of started resources, under their names. */
export type Started<Some extends Resources> = {
  readonly [Name in keyof Some]: Some[Name] extends { start(...given: never[]): infer Value } ? Awaited<Value> : never
}

/** How something is. `degraded` works, but slower or less than it should. */
export interface Health {
  readonly status: 'healthy' | 'degraded' | 'unhealthy'
  /** One sentence for the operator, without secrets. */
  readonly detail?: string | undefined
  /** Numbers worth seeing beside it: connections, milliseconds. */
  readonly numbers?: { readonly [name: string]: number } | undefined
}
