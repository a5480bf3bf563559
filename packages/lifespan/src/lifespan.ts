import { RejectedError } from '@millrace/core'
import type { Resources, Started } from '@millrace/core'
import { closeAll, closeOne, runHooks } from './closing.ts'
import { drain } from './drain.ts'
import { Passage } from './gate.ts'
import type { Gate } from './gate.ts'
import { graphOf } from './graph.ts'
import type { Node } from './graph.ts'
import { Checks } from './health.ts'
import type { HealthReport } from './health.ts'
import { keptAlive } from './keptAlive.ts'
import { checkHook, settingsOf } from './options.ts'
import type { Hook, LifespanOptions, Settings } from './options.ts'
import { events } from './report.ts'
import { listenFor } from './signals.ts'
import { greet, startAll } from './starting.ts'
import type { Values } from './starting.ts'
import { valuesByName } from './valuesByName.ts'

/** Where a lifespan is. `failed` is a start that did not come off; it may be tried again. */
export type LifespanState = 'idle' | 'starting' | 'ready' | 'failed' | 'stopping' | 'stopped'

/** What a server leans on, from its start to its end. */
export interface Lifespan<Some extends Resources> {
  /** The started values by name. Reading one that has not started throws an Error that says so. */
  readonly resources: Started<Some>
  readonly state: LifespanState
  /** Whether calls are wanted: everything has started and nothing is stopping. What a readiness probe asks. */
  readonly isReady: boolean
  /** Calls inside the gate. */
  readonly running: number
  /**
   * The middleware that knows which calls are running: `use(server, app.gate, …)`, outermost. Calls that come before
   * everything has started wait for it (the first one starts it); calls that come while it stops are refused.
   */
  readonly gate: Gate
  /** Resolves when it has stopped, however that came; it never rejects. */
  readonly stopped: Promise<void>
  /**
   * Starts everything, once: called again it gives what the first call gives, also from a factory that runs for every
   * request.
   *
   * @throws Error naming the resource that did not start; those that had started are closed again by then
   */
  start(): Promise<Started<Some>>
  /**
   * Refuses new calls, lets running ones finish within `drainMs` and gives up the rest, runs the shutdown hooks, closes
   * everything in reverse. Called again it gives what the first call gives.
   *
   * @param reason for the events. @default 'stop'
   * @throws Error naming what could not be closed; everything else is closed all the same
   */
  stop(reason?: string): Promise<void>
  /** How the resources are. Never rejects, and takes no longer than `checkMs`. */
  health(): Promise<HealthReport>
  /** Adds what runs when everything has started, in the order added. A hook that throws fails the start. */
  onStartup(hook: Hook): this
  /** Adds what runs when the last call has ended and everything is still open, the last one added first. */
  onShutdown(hook: Hook): this
  /**
   * Adds what runs first when it stops, while calls still enter: whoever takes calls takes no more, and ends those it
   * has. They share `drainMs` with the calls. A server that listens is one; `serve` of `@millrace/edge` adds itself.
   */
  onDrain(hook: Hook): this
  /** The same as `stop()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * What a server leans on: started in the order in which it is needed, side by side where nothing forbids it, checked,
 * and closed in reverse once the running calls have ended.
 *
 * @throws TypeError for what is no resource, for resources that need each other in a circle, and for options that make
 * no sense
 */
export const lifespan = <const Some extends Resources>(
  resources: Some,
  options: LifespanOptions = {},
): Lifespan<Some> => {
  if (resources === null || typeof resources !== 'object' || Array.isArray(resources))
    throw new TypeError('lifespan: expected an object of resources, { db, http }')
  return new Life(resources, settingsOf(options))
}

class Life<Some extends Resources> implements Lifespan<Some> {
  readonly resources: Started<Some>
  readonly stopped: Promise<void>
  readonly #nodes: readonly Node[]
  readonly #values: Values = new Map()
  readonly #settings: Settings
  readonly #passage: Passage
  readonly #checks: Checks
  readonly #startup: Hook[] = []
  readonly #draining: Hook[] = []
  readonly #shutdown: Hook[] = []
  #state: LifespanState = 'idle'
  #starting: Promise<Started<Some>> | undefined
  #stopping: Promise<void> | undefined
  #interrupt = new AbortController()
  readonly #hurry = new AbortController()
  #stopListening = (): void => {}
  #onStopped!: () => void

  constructor(resources: Some, settings: Settings) {
    this.#nodes = graphOf(resources)
    this.#settings = settings
    this.#checks = new Checks(settings)
    this.#passage = new Passage({ entry: () => this.#entry() })
    this.resources = valuesByName(resources, this.#nodes, this.#values, () => this.#state)
    this.stopped = new Promise((resolve) => (this.#onStopped = resolve))
  }

  get state(): LifespanState {
    return this.#state
  }

  get isReady(): boolean {
    return this.#state === 'ready'
  }

  get running(): number {
    return this.#passage.running
  }

  get gate(): Gate {
    return this.#passage.gate
  }

  start(): Promise<Started<Some>> {
    if (this.#stopping !== undefined) return Promise.reject(new Error('lifespan: it has been stopped; make a new one'))
    if (this.#state === 'failed') this.#starting = undefined
    this.#starting ??= keptAlive(this.#start())
    return this.#starting
  }

  stop(reason = 'stop'): Promise<void> {
    this.#stopping ??= keptAlive(this.#stop(reason))
    return this.#stopping
  }

  health(): Promise<HealthReport> {
    return this.#checks.report(this.#values)
  }

  onStartup(hook: Hook): this {
    checkHook('onStartup', hook)
    this.#startup.push(hook)
    return this
  }

  onShutdown(hook: Hook): this {
    checkHook('onShutdown', hook)
    this.#shutdown.push(hook)
    return this
  }

  onDrain(hook: Hook): this {
    checkHook('onDrain', hook)
    this.#draining.push(hook)
    return this
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #start(): Promise<Started<Some>> {
    const { clock, signals, isExiting } = this.#settings
    const startedAt = clock.now()
    this.#state = 'starting'
    const stop = (signal: NodeJS.Signals) => this.stop(signal)
    this.#stopListening = listenFor(signals, { stop, hurry: () => this.#hurry.abort() }, isExiting)
    try {
      await startAll(this.#nodes, this.#values, this.#settings, this.#interrupt.signal, (node, value) => {
        void closeOne(node, value, this.#settings)
      })
      await greet(this.#startup, this.#settings, this.#interrupt.signal)
    } catch (error) {
      await closeAll(this.#nodes, this.#values, this.#settings)
      if (this.#stopping === undefined) {
        this.#state = 'failed'
        this.#stopListening()
      }
      throw error
    }
    this.#state = 'ready'
    if (events.hasSubscribers) events.publish({ type: 'lifespan.ready', elapsedMs: clock.now() - startedAt })
    return this.resources
  }

  async #stop(reason: string): Promise<void> {
    const { clock } = this.#settings
    const stoppedAt = clock.now()
    const wasReady = this.#state === 'ready'
    this.#state = 'stopping'
    this.#interrupt.abort(new Error(`the server was told to stop (${reason}) while it was starting`))
    const leaving = { reason, hurry: this.#hurry.signal, isNoticed: wasReady, hooks: this.#draining }
    const failures = await drain(this.#passage, this.#settings, leaving)
    await this.#starting?.catch(() => {})
    if (wasReady) failures.push(...(await runHooks('onShutdown', this.#shutdown, this.#settings)))
    failures.push(...(await closeAll(this.#nodes, this.#values, this.#settings)))
    this.#state = 'stopped'
    this.#stopListening()
    if (events.hasSubscribers) {
      const elapsedMs = clock.now() - stoppedAt
      events.publish({ type: 'lifespan.stopped', elapsedMs, failures: failures.length })
    }
    this.#onStopped()
    const [failure] = failures
    if (failure !== undefined && failures.length === 1) throw failure
    if (failures.length > 1) throw new AggregateError(failures, failures.map(({ message }) => message).join('; '))
  }

  #entry(): Promise<void> | undefined {
    if (this.#state === 'ready' || this.#state === 'stopping') return undefined
    if (this.#state === 'failed') return Promise.reject(notStarted(undefined))
    return this.start().then(
      () => {},
      // What went wrong is for the operator: it may name hosts and users.
      (error: unknown) => Promise.reject(notStarted(error)),
    )
  }
}

const notStarted = (cause: unknown): RejectedError =>
  new RejectedError('The server could not start what it needs.', { code: 'ERR_NOT_STARTED', cause })
