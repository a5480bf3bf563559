import { checkOptions, either, func, number, off, oneOf, text } from '@millrace/core'
import { priorities } from '../priority.ts'
import type { TaskPriority } from '../priority.ts'

/** What may be moved to another thread instead of being copied: it is gone here afterwards. */
export type Movable = ArrayBuffer | import('node:worker_threads').Transferable

/** A function that can be run in a thread. */
export type TaskFunction = (...args: never[]) => unknown

/** Options of `offload`. Times are in milliseconds; `Infinity` is no limit. */
export interface OffloadOptions<Some extends TaskFunction = TaskFunction> {
  /** Name in events and errors. @default the function's name, or that of the file and what it exports */
  readonly name?: string | undefined
  /** What of a module is run. @default 'default' */
  readonly export?: string | undefined
  /** How much its tasks matter, or what says so for the arguments of one. @default 'normal' */
  readonly priority?: TaskPriority | ((...args: Parameters<Some>) => TaskPriority) | undefined
  /** How long a task may run; then it is stopped, also in a loop. @default the pool's `timeLimitMs` */
  readonly timeLimitMs?: number | undefined
  /** How long a task waits for a thread. @default the pool's `waitMs` */
  readonly waitMs?: number | undefined
  /**
   * Tasks that take less than this, as measured in threads, are run here, where nothing is copied and nothing can stop
   * them; one that takes twice as long sends the next ones back to a thread. `false`: always in a thread. @default false
   */
  readonly inlineBelowMs?: number | false | undefined
  /** Which buffers in the arguments are moved instead of copied; they are gone here afterwards. @default none */
  readonly transfer?: ((...args: Parameters<Some>) => readonly Movable[]) | undefined
}

/** @throws TypeError when an option makes no sense */
export const checkOffload = (options: OffloadOptions<never> | undefined): void =>
  checkOptions('offload', options, checks)

const priority = oneOf(...priorities)

const checks = {
  name: text,
  export: text,
  priority: either(priority, func),
  timeLimitMs: number({ min: 1, unlimited: true }),
  waitMs: number({ min: 0, unlimited: true }),
  inlineBelowMs: either(number({ min: 0.01 }), off),
  transfer: func,
}
