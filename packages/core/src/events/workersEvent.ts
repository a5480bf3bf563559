/** Why a task was not begun. */
export type WorkersRefusal =
  /** As many wait as may. */
  | 'full'
  /** It waited for as long as tasks may. */
  | 'waited'
  /** The deadline of its call came first. */
  | 'deadline'
  /** No thread came up for it. */
  | 'noThread'
  /** The pool is closed. */
  | 'closed'

/** Why a task was stopped while it ran, and its thread with it. */
export type WorkersStop =
  /** It ran for longer than it may. */
  | 'timeLimit'
  /** The deadline of its call came. */
  | 'deadline'
  /** It took more memory than it may. */
  | 'memory'
  /** Nobody waits for it any more. */
  | 'cancelled'
  /** Its thread has ended: `process.exit()`, or an error outside of the task. */
  | 'exited'
  /** The pool was closed. */
  | 'closed'

/** What every event of a pool of threads says of its state. */
export interface WorkersNumbers {
  /** The pool's name. */
  readonly pool: string
  /** Tasks that run in a thread. */
  readonly running: number
  /** Tasks that wait for one. */
  readonly queued: number
}

/** What pools of threads say while they work. Numbers are absolute, at the moment of the event. */
export type WorkersEvent =
  | (WorkersNumbers & { readonly type: 'workers.threadStarted'; readonly threads: number })
  | (WorkersNumbers & { readonly type: 'workers.threadEnded'; readonly threads: number })
  /** A thread that ran no task had an error, and was replaced. */
  | (WorkersNumbers & { readonly type: 'workers.threadFailed'; readonly error: unknown })
  | (WorkersNumbers & { readonly type: 'workers.queued'; readonly task: string; readonly priority: string })
  | (WorkersNumbers & {
      readonly type: 'workers.started'
      readonly task: string
      readonly priority: string
      /** How long it waited for a thread, in milliseconds. */
      readonly waitMs: number
    })
  | (WorkersNumbers & {
      readonly type: 'workers.refused'
      readonly task: string
      readonly reason: WorkersRefusal
      readonly waitMs: number
      readonly retryAfterMs: number | undefined
    })
  /** It waited, and its caller has gone. */
  | (WorkersNumbers & { readonly type: 'workers.left'; readonly task: string; readonly waitMs: number })
  | (WorkersNumbers & {
      readonly type: 'workers.finished'
      readonly task: string
      /** How long it ran, in milliseconds, as its thread measured it. */
      readonly runMs: number
      /** What it threw; undefined when it went well. */
      readonly error: unknown
    })
  | (WorkersNumbers & {
      readonly type: 'workers.stopped'
      readonly task: string
      readonly reason: WorkersStop
      readonly runMs: number
    })
  | (WorkersNumbers & {
      /** From now on the task runs there. */
      readonly type: 'workers.moved'
      readonly task: string
      readonly to: 'inline' | 'worker'
      /** What decided it: how long it took, in milliseconds. */
      readonly runMs: number
    })
