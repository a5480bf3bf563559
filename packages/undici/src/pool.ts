import { checkShare } from '@millrace/core'
import type { Health } from '@millrace/core'
import type { Agent } from 'undici'
import { agentOf } from './agent.ts'
import type { Driver } from './driver.ts'
import { closedError } from './errors.ts'
import type { HttpDispatcher, HttpPool } from './httpPool.ts'
import { Journal } from './journal.ts'
import type { Settings } from './options.ts'
import { Gates } from './origin/gates.ts'
import type { Life } from './request/life.ts'
import { requestOf } from './request/options.ts'
import type { HttpRequestOptions, HttpWithin } from './request/options.ts'
import { Run } from './request/run.ts'
import type { OpenDesk } from './request/run.ts'
import type { HttpResponse } from './response.ts'
import type { HttpPoolStats, OriginStats } from './stats.ts'

/** One undici agent, with what bounds and guards it. */
export class Pool implements HttpPool {
  readonly dispatcher: HttpDispatcher
  readonly #settings: Settings
  readonly #driver: Driver
  #agent: Agent
  /** What still runs on connections that are not used again. */
  readonly #leaving = new Set<Agent>()
  #share = 1
  readonly #journal: Journal
  readonly #desk: OpenDesk
  readonly #lives = new Set<Life>()
  #closing: Promise<void> | undefined
  #onIdle: (() => void) | undefined

  constructor(settings: Settings, driver: Driver) {
    this.#settings = settings
    this.#driver = driver
    this.#journal = new Journal(settings.name)
    this.#agent = this.#newAgent()
    const { tally } = this.#journal
    const onEnd = (): void => (this.#lives.size === 0 ? this.#onIdle?.() : undefined)
    const gates = new Gates(settings, tally)
    // Who waits for its turn has it after the agent may have been replaced.
    const dispatcher: Pick<Agent, 'dispatch'> = {
      dispatch: (options, handler) => this.#agent.dispatch(options, handler),
    }
    this.#desk = { settings, dispatcher, gates, tally, lives: this.#lives, onEnd }
    this.dispatcher = this.#agent.compose(() => (options, handler) => {
      settings.guard.checkUrl(new URL(options.origin ?? ''))
      return dispatcher.dispatch(options, handler)
    })
  }

  async request(url: string | URL, within?: HttpWithin): Promise<HttpResponse> {
    return this.#run(url, requestOf(within)).whole()
  }

  async json<Value = unknown>(url: string | URL, within?: HttpWithin): Promise<Value> {
    const options = requestOf(within)
    const headers = { accept: 'application/json', ...options.headers }
    const response = await this.#run(url, { ...options, headers }).whole()
    return response.json() as Value
  }

  async *stream(url: string | URL, within?: HttpWithin): AsyncGenerator<Buffer, void, undefined> {
    yield* this.#run(url, requestOf(within)).bytes()
  }

  async check(signal?: AbortSignal): Promise<Health> {
    const { checkUrl } = this.#settings
    const { active, waiting, connections } = this.stats()
    const numbers = { active, waiting, connections }
    // Who asks would only be one more in line.
    if (waiting > 0) return { status: 'degraded', detail: `${waiting} requests wait for their turn.`, numbers }
    if (checkUrl !== undefined) await this.request(checkUrl, { signal })
    return { status: 'healthy', numbers }
  }

  stats(): HttpPoolStats {
    const origins: { [origin: string]: OriginStats } = {}
    let [allActive, allWaiting] = [0, 0]
    for (const [origin, { active, waiting, isUnused }] of this.#desk.gates.all()) {
      if (isUnused) continue
      origins[origin] = { active, waiting }
      allActive += active
      allWaiting += waiting
    }
    const { tally, connections } = this.#journal
    return { name: this.#settings.name, connections, active: allActive, waiting: allWaiting, origins, ...tally }
  }

  shrinkTo(share: number): void {
    checkShare('httpPool', share)
    if (share === this.#share || this.#closing !== undefined) return
    this.#share = share
    const before = this.#agent
    this.#agent = this.#newAgent()
    // undici closes what is idle only together with all of an agent: this one takes nothing new.
    this.#leaving.add(before)
    void before.close().then(() => this.#leaving.delete(before))
  }

  close(graceMs = 2_000): Promise<void> {
    this.#closing ??= this.#close(graceMs)
    return this.#closing
  }

  async #close(graceMs: number): Promise<void> {
    if (this.#lives.size > 0) {
      const idle = new Promise<void>((resolve) => (this.#onIdle = resolve))
      const timer = this.#settings.clock.after(graceMs, () => {
        for (const life of this.#lives) life.over(closedError())
      })
      await idle
      timer.cancel()
    }
    await Promise.all([this.#agent, ...this.#leaving].map((agent) => agent.destroy()))
  }

  #newAgent(): Agent {
    const agent = agentOf(this.#settings, this.#driver, this.#share)
    this.#journal.watch(agent)
    return agent
  }

  #run(url: string | URL, options: HttpRequestOptions): Run {
    if (this.#closing !== undefined) throw closedError()
    return new Run(this.#desk, url, options)
  }
}
