import { arrayOf, checkOptions, having, integer, number, systemClock, text } from '@millrace/core'
import type { Check, Clock } from '@millrace/core'
import { availableParallelism } from 'node:os'
import { fileUrl, isFile } from './offload/file.ts'

/** Options of `workers`. Times are in milliseconds; `Infinity` is no limit. */
export interface WorkersOptions {
  /** Name in events and statistics. @default 'millrace' */
  readonly name?: string | undefined
  /** Threads that are started at once and kept, at least 0 and at most `maxThreads`. @default 1 */
  readonly minThreads?: number | undefined
  /** Threads at most, at least 1. @default one less than the machine runs at a time, at least `minThreads` and 1 */
  readonly maxThreads?: number | undefined
  /** How long a thread above `minThreads` is kept that nobody needs. @default 30_000 */
  readonly idleMs?: number | undefined
  /** How long a thread may take to start and to import `modules`. @default 10_000 */
  readonly startMs?: number | undefined
  /** Tasks that may wait for a thread; the next one is refused. @default 100 */
  readonly maxQueued?: number | undefined
  /** How long a task waits for a thread. @default 10_000 */
  readonly waitMs?: number | undefined
  /** How long a task may run; then it is stopped, also in a loop. @default 30_000 */
  readonly timeLimitMs?: number | undefined
  /**
   * Memory of a thread at most, in MiB, at least 8: its heap, and where Node can tell (from 22.16 and 24.0) also buffers
   * outside of it, looked at 20 times a second. @default 512
   */
  readonly maxMemoryMb?: number | undefined
  /** Modules that each thread imports before its first task: file URLs or absolute paths. @default [] */
  readonly modules?: ReadonlyArray<URL | string> | undefined
  /** The time it lives in. @default the lifespan's, else the system's */
  readonly clock?: Clock | undefined
}

/** The options with every default in its place. */
export interface Settings extends Required<
  Omit<{ readonly [Name in keyof WorkersOptions]: Exclude<WorkersOptions[Name], undefined> }, 'modules'>
> {
  /** URLs. */
  readonly modules: readonly string[]
}

/** @throws TypeError when an option makes no sense */
export const settingsOf = (options: WorkersOptions = {}): Settings => {
  checkOptions('workers', options, checks)
  const {
    name = 'millrace',
    maxThreads = Math.max(1, options.minThreads ?? 1, availableParallelism() - 1),
    minThreads = 1,
    idleMs = 30_000,
    startMs = 10_000,
    maxQueued = 100,
    waitMs = 10_000,
    timeLimitMs = 30_000,
    maxMemoryMb = 512,
    modules = [],
    clock = systemClock,
  } = options
  if (minThreads > maxThreads)
    throw new TypeError(`workers.minThreads must be at most maxThreads, ${maxThreads}, got ${minThreads}`)
  const size = { minThreads, maxThreads, maxQueued, maxMemoryMb }
  return { name, ...size, idleMs, startMs, waitMs, timeLimitMs, modules: modules.map(fileUrl), clock }
}

const files: Check = arrayOf(
  (value) => (isFile(value) ? undefined : ''),
  "file URLs or absolute paths, such as new URL('./task.js', import.meta.url)",
)

const checks = {
  name: text,
  minThreads: integer({ min: 0 }),
  maxThreads: integer({ min: 1 }),
  idleMs: number({ min: 0, unlimited: true }),
  startMs: number({ min: 1, unlimited: true }),
  maxQueued: integer({ min: 0, unlimited: true }),
  waitMs: number({ min: 0, unlimited: true }),
  timeLimitMs: number({ min: 1, unlimited: true }),
  maxMemoryMb: integer({ min: 8, unlimited: true }),
  modules: files,
  clock: having('a clock', 'now', 'after'),
}
