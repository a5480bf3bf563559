import { kindOf } from '@millrace/core'
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { imported } from '../imported.ts'
import type { Settings } from '../options.ts'
import { priorities } from '../priority.ts'
import type { TaskPriority } from '../priority.ts'
import { fileUrl, isFile } from './file.ts'
import type { Movable, OffloadOptions, TaskFunction } from './options.ts'
import { checkOffload } from './options.ts'
import { Placement } from './place.ts'
import { labelOf, sourceOf } from './source.ts'

/** One kind of task: what is run, and how. */
export interface Task {
  readonly name: string
  readonly kind: 'module' | 'source'
  /** The module's URL, or the function's source. */
  readonly code: string
  /** What of the module is run; the task's name for functions. */
  readonly export: string
  readonly priorityOf: (args: readonly unknown[]) => TaskPriority
  readonly timeLimitMs: number
  readonly waitMs: number
  /** What of the arguments is moved. */
  readonly movedOf: (args: readonly unknown[]) => readonly Movable[]
  /** Undefined when it always runs in a thread. */
  readonly placement: Placement | undefined
  /** The function itself, to be run here. */
  readonly here: () => TaskFunction | Promise<TaskFunction>
}

/** @throws TypeError when it cannot be sent to a thread, or an option makes no sense */
export const taskOf = (work: TaskFunction | URL | string, options: OffloadOptions<never>, settings: Settings): Task => {
  checkOffload(options)
  const { priority = 'normal', timeLimitMs = settings.timeLimitMs, waitMs = settings.waitMs } = options
  const { transfer, inlineBelowMs = false } = options
  const movedOf = (args: readonly unknown[]): readonly Movable[] => transfer?.(...(args as never)) ?? []
  const priorityOf =
    typeof priority === 'function'
      ? (args: readonly unknown[]) => checked((priority as (...args: readonly unknown[]) => TaskPriority)(...args))
      : () => priority
  const placement = inlineBelowMs === false ? undefined : new Placement(inlineBelowMs)
  return { ...subjectOf(work, options), priorityOf, movedOf, timeLimitMs, waitMs, placement }
}

const checked = (priority: TaskPriority): TaskPriority => {
  if (priorities.includes(priority)) return priority
  throw new TypeError(`offload.priority must give one of ${priorities.join(', ')}, got '${priority}'`)
}

type Subject = Pick<Task, 'name' | 'kind' | 'code' | 'export' | 'here'>

const subjectOf = (work: TaskFunction | URL | string, { name, export: exported }: OffloadOptions<never>): Subject => {
  if (typeof work === 'function') {
    if (exported !== undefined) throw new TypeError('offload.export is for modules; a function is what it is')
    const label = name ?? labelOf(work)
    return { name: label, kind: 'source', code: sourceOf(work), export: label, here: () => work }
  }
  if (!isFile(work)) {
    const got = typeof work === 'string' ? `'${String(work)}'` : kindOf(work)
    throw new TypeError(
      `offload: expected a function, a file URL or an absolute path, such as new URL('./task.js', import.meta.url), got ${got}`,
    )
  }
  return moduleAt(fileUrl(work), name, exported)
}

const moduleAt = (url: string, name: string | undefined, exported = 'default'): Subject => {
  const path = fileURLToPath(url)
  if (!existsSync(path)) throw new TypeError(`offload: there is no file ${path}`)
  const label = name ?? (exported === 'default' ? basename(path) : `${exported} of ${basename(path)}`)
  const here = async (): Promise<TaskFunction> => (await imported(url))[exported] as TaskFunction
  return { name: label, kind: 'module', code: url, export: exported, here }
}
