import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Answerer } from './letters.ts'

/** A process that serves beside others, as their supervisor sees it. */
export interface SupervisedWorker {
  /** Which of them it is, from 1; what comes in its place has the same number. */
  readonly place: number
  /** Of the process; undefined when it could not be started. */
  readonly pid: number | undefined
  /** It listens when it is `ready`, and takes no more calls when it is `closing`. */
  readonly state: 'starting' | 'ready' | 'closing'
  /** In milliseconds of the clock. */
  readonly startedAt: number
  /**
   * Asks what `answerSupervisor` answers there.
   *
   * @param withinMs how long it may take, in milliseconds
   * @throws Error in a sentence when no answer comes in time or at all, or with what the worker said is wrong
   */
  ask(topic: string, question: unknown, withinMs: number): Promise<unknown>
}

/** Processes that serve together, as their supervisor sees them. */
export interface Supervision {
  /** How many there are to be. */
  readonly wanted: number
  /** Whether all of them are to end. */
  readonly isClosing: boolean
  /** Those that run now; while one gives way to another both. */
  readonly workers: readonly SupervisedWorker[]
  /** Answers what workers ask about a topic with `askSupervisor`. Returns what ends that. */
  answer(topic: string, answerer: Answerer): () => void
  /** Tells what becomes of workers. Returns what ends that. */
  watch(watcher: SupervisionWatcher): () => void
}

/** Who wants to know what becomes of workers. */
export interface SupervisionWatcher {
  /** It listens. */
  ready?(worker: SupervisedWorker): void
  /** It has answered its last call. It waits for this, for a second at most, before it ends. */
  leaving?(worker: SupervisedWorker): Promise<void>
  /** Its process is gone. */
  ended?(worker: SupervisedWorker): void
}

/**
 * Lets others in this process know of a supervision, whether they look for it before or after. Returns what ends that.
 */
export const supervise = (supervision: Supervision): (() => void) => {
  const answer = (message: unknown): void => (message as Search).found?.(supervision)
  subscribe(searches, answer)
  channel(beginnings).publish(supervision)
  return () => void unsubscribe(searches, answer)
}

/** Calls `told` with the supervision of this process, now or as soon as there is one. Returns what ends that. */
export const onSupervision = (told: (supervision: Supervision) => void): (() => void) => {
  const search: Search = { found: told }
  channel(searches).publish(search)
  const hear = (message: unknown): void => told(message as Supervision)
  subscribe(beginnings, hear)
  return () => void unsubscribe(beginnings, hear)
}

interface Search {
  readonly found?: (supervision: Supervision) => void
}

// On Node's own channels, so that all copies of this in a process meet.
const searches = 'millrace:supervision:search'
const beginnings = 'millrace:supervision:begun'
