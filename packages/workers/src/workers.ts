import type { Health, Resource } from '@millrace/core'
import { driver } from './driver.ts'
import type { Offloaded } from './offload/offloaded.ts'
import type { OffloadOptions, TaskFunction } from './offload/options.ts'
import { settingsOf } from './options.ts'
import type { WorkersOptions } from './options.ts'
import { Pool } from './pool.ts'
import type { WorkersStats } from './stats.ts'

/** Threads for work that would keep the event loop from everything else. */
export interface WorkersPool {
  /**
   * A function that runs in a thread: the same arguments, the same result. A module is given as a file URL or an absolute
   * path; a function is sent as its source, so it can use nothing from outside itself but globals. Arguments and results
   * are copied, as `structuredClone` does.
   *
   * The function that it gives throws WorkersBusyError: the task never ran. TaskTimedOutError, TaskOutOfMemoryError,
   * TaskExitedError: it was stopped, and its thread with it. TaskError: it cannot be run as it is written. Whatever the
   * task throws, with its name, message, code and stack. The reason of what was aborted.
   *
   * @throws TypeError when it cannot be sent to a thread, or an option makes no sense
   */
  offload<Some extends TaskFunction = (...args: unknown[]) => unknown>(
    work: Some | URL | string,
    options?: OffloadOptions<Some>,
  ): Offloaded<Some>
  /** How it is: degraded while tasks wait, or threads are missing. */
  check(): Health
  /** What the pool has and what has happened in it. */
  stats(): WorkersStats
  /**
   * Refuses new tasks, lets those that run and wait finish, then ends the threads.
   *
   * @param graceMs how long they may take, in milliseconds; then they are stopped. @default 2_000
   */
  close(graceMs?: number): Promise<void>
}

/** Threads as a resource for `lifespan`, or to be opened by hand. */
export interface WorkersResource extends Resource<WorkersPool, {}> {
  /** Starts them without a lifespan; end them with `close()`. @throws as `start` */
  open(): Promise<WorkersPool>
}

/**
 * Worker threads, on piscina: warm, bounded, one task at a time each. Starting it starts `minThreads` of them and imports
 * `modules` in each.
 *
 * @throws TypeError when an option makes no sense
 */
export const workers = (options: WorkersOptions = {}): WorkersResource => {
  const settings = settingsOf(options)
  const open = async (clock = settings.clock): Promise<WorkersPool> => {
    const pool = new Pool({ ...settings, clock: options.clock ?? clock }, await driver())
    await pool.warm()
    return pool
  }
  return {
    open: () => open(),
    start: (_, { clock }) => open(clock),
    check: (pool) => pool.check(),
    close: (pool) => pool.close(),
  }
}
