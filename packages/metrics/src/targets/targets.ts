import { channel } from '@millrace/core'
import type { Timer } from '@millrace/core'
import type { TargetName } from './measures.ts'
import { targetsPlanOf } from './options.ts'
import type { TargetsOptions } from './options.ts'
import { Standing } from './standing.ts'
import type { TargetState } from './standing.ts'
import { Window } from './window.ts'

/** What a server is meant to reach, and how it stands to it. */
export interface Targets {
  /** What is aimed at. */
  readonly goals: { readonly [Name in TargetName]?: number }
  /** How the server stood to each target when it was last looked, which is every `everyMs`. */
  check(): readonly TargetState[]
  /** Looks no more, and shows nothing more. */
  close(): void
}

/**
 * Says whether a server reaches what it is meant to: how long calls take, how many go well, what the cache answers, how
 * full pools are, over the last minutes. Each target is a metric, `mcp_target_breached`, and an event on
 * `millrace:metrics` when the server falls short of it or reaches it again. No call is looked at: every `everyMs` the
 * numbers of `metrics()` are read. Keeps no process alive.
 *
 * @throws TypeError when an option makes no sense, or when there is no target
 */
export const targets = (options: TargetsOptions): Targets => {
  const { goals, collection, windowMs, everyMs, minCalls, marginRatio, clock } = targetsPlanOf(options)
  const standings = goals.map(({ target, goal }) => new Standing(target, goal, marginRatio))
  const window = new Window(windowMs)
  let timer: Timer | undefined
  let isClosed = false
  const look = async (): Promise<void> => {
    const reading = await collection.reading()
    if (isClosed) return
    const span = window.add(clock.now(), reading)
    for (const standing of standings) {
      const event = standing.look(span, minCalls, clock.now())
      if (event !== undefined && said.hasSubscribers) said.publish(event)
    }
    collection.showTargets(states())
    timer = clock.after(everyMs, () => void look())
  }
  const states = (): TargetState[] => standings.map((standing) => standing.state)
  void look()
  return {
    goals: Object.fromEntries(goals.map(({ target, goal }) => [target, goal])),
    check: states,
    close: () => {
      isClosed = true
      timer?.cancel()
      collection.showTargets(goals.map(({ target }) => ({ target })))
    },
  }
}

const said = channel('metrics')
