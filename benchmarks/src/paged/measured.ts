import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readAll } from './read.ts'
import type { Read } from './read.ts'

/** What a server took that a table was read from. */
export interface Measured extends Read {
  /** Before the first request, and at most; resident. */
  readonly beginBytes: number
  readonly peakBytes: number
  /** What its control group took at most, where it has one. */
  readonly groupBytes: number | undefined
}

/** A server in a process of its own. */
export interface Server {
  readonly program: string
  readonly args: readonly string[]
  /** For Node. @default none */
  readonly flags?: readonly string[]
  readonly group?: ControlGroup | undefined
}

/** A control group of Linux with a limit on memory. */
interface ControlGroup {
  start(args: readonly string[], stdio: readonly ['ignore', 'inherit', 'inherit', 'ipc']): ChildProcess
  peakBytes(): number
  remove(): Promise<void>
}

/** @returns undefined where none can be made, as without root */
export const controlGroup = async (maxBytes: number): Promise<ControlGroup | undefined> => {
  // Loaded by its path, as it is nothing that a package publishes.
  const path = join(import.meta.dirname, '..', '..', '..', 'tests', 'memory', 'controlGroup.ts')
  const made = (await import(pathToFileURL(path).href)) as {
    controlGroup(maxBytes: number): ControlGroup | undefined
  }
  return made.controlGroup(maxBytes)
}

/**
 * Reads all pages of a server's table.
 *
 * @throws Error when a row is missing, or the server ends
 */
export const measured = async ({ program, args, flags = [], group }: Server): Promise<Measured> => {
  const child =
    group?.start([...flags, program, ...args], ['ignore', 'inherit', 'inherit', 'ipc']) ??
    fork(program, args, { execArgv: [...flags] })
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`The server ended with ${String(signal ?? code)}.`)
  })
  ended.catch(() => {})
  const told = async <Said>(): Promise<Said> => ((await Promise.race([once(child, 'message'), ended])) as [Said])[0]
  try {
    const { url, beginBytes } = await told<{ url: string; beginBytes: number }>()
    const read = await Promise.race([readAll(url, 'table://rows'), ended])
    child.send('how much?')
    const { peakBytes } = await told<{ peakBytes: number }>()
    return { ...read, beginBytes, peakBytes, groupBytes: group?.peakBytes() }
  } finally {
    child.kill('SIGKILL')
    await ended.catch(() => {})
  }
}
