import { spawn } from 'node:child_process'
import type { ChildProcess, StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** A control group of Linux with a limit, inside the one this process is in, or beside it. */
export interface ControlGroup {
  /** Starts Node in it. */
  start(args: readonly string[], stdio: StdioOptions): ChildProcess
  /** Runs it to its end. */
  run(args: readonly string[]): Promise<Ended>
  /** The most that it has taken so far, in bytes; NaN where the kernel does not say. */
  peakBytes(): number
  /** To be called when nothing runs in it any more. */
  remove(): Promise<void>
}

/** What became of a program. */
export interface Ended {
  readonly out: string
  readonly err: string
  readonly signal: NodeJS.Signals | null
}

/** @returns undefined where none can be made: without Linux, without root, in most containers */
export const controlGroup = (maxBytes: number): ControlGroup | undefined => {
  for (const { folder, limits } of placesOf(read('/proc/self/cgroup'))) {
    const path = `${folder}/millrace-${process.pid}`
    try {
      mkdirSync(path)
    } catch {
      continue
    }
    if (limit(path, limits, maxBytes)) return groupAt(path)
    rmdirSync(path)
  }
  return undefined
}

interface Place {
  readonly folder: string
  /** Of memory, then of memory and swap where the kernel counts that. */
  readonly limits: readonly [memory: string, swap: string]
}

const placesOf = (groups: string): Place[] => {
  const pathOf = (line: RegExp): string | undefined => line.exec(groups)?.[1]
  const first = pathOf(/^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(\/.*)$/m)
  const second = pathOf(/^0::(\/.*)$/m)
  const mount = '/sys/fs/cgroup'
  return [
    ...(first === undefined
      ? []
      : [
          {
            folder: `${mount}/memory${first}`,
            limits: ['memory.limit_in_bytes', 'memory.memsw.limit_in_bytes'],
          } as const,
        ]),
    // A group of version 2 that has processes has no groups with limits in it, unless it is the root.
    ...(second === undefined
      ? []
      : [second, `${second}/..`].map(
          (path) => ({ folder: `${mount}${path}`, limits: ['memory.max', 'memory.swap.max'] }) as const,
        )),
  ]
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const limit = (path: string, [memory, swap]: Place['limits'], maxBytes: number): boolean => {
  if (!existsSync(`${path}/${memory}`)) return false
  writeFileSync(`${path}/${memory}`, String(maxBytes))
  if (existsSync(`${path}/${swap}`))
    writeFileSync(`${path}/${swap}`, swap === 'memory.swap.max' ? '0' : String(maxBytes))
  return true
}

const groupAt = (path: string): ControlGroup => {
  const start: ControlGroup['start'] = (args, stdio) =>
    spawn('sh', ['-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', path, process.execPath, ...args], { stdio })
  return {
    start,
    run: async (args) => {
      const child = start(args, ['ignore', 'pipe', 'pipe'])
      const said = { out: '', err: '' }
      child.stdout?.setEncoding('utf8').on('data', (text: string) => (said.out += text))
      child.stderr?.setEncoding('utf8').on('data', (text: string) => (said.err += text))
      const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
      return { ...said, signal }
    },
    peakBytes: () => Number.parseInt(read(`${path}/memory.max_usage_in_bytes`) || read(`${path}/memory.peak`), 10),
    remove: () => remove(path),
  }
}

/** A process that has ended may stand in it for a moment more. */
const remove = async (path: string): Promise<void> => {
  for (let n = 0; n < 100 && read(`${path}/cgroup.procs`) !== ''; n += 1) await pause(20)
  rmdirSync(path)
}
