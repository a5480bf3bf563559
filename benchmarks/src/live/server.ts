import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Variant } from './plan.ts'
import type { Told } from './serve.ts'

/** An atlas that serves. */
export interface Atlas {
  readonly url: string
  /** The most memory that it has had, in bytes. */
  readonly peakRssBytes: () => number
  close(): Promise<void>
}

/** Starts an atlas with its database in that directory, in a process of its own. */
export const atlas = async (variant: Variant, directory: string): Promise<Atlas> => {
  const child = started(new URL('./serve.ts', import.meta.url), [
    fileURLToPath(new URL('../../../examples/atlas', import.meta.url)),
    directory,
    variant,
  ])
  let peak = 0
  const url = await new Promise<string>((resolve, reject) => {
    child.on('message', (told: Told) => {
      if ('url' in told) resolve(told.url)
      else peak = Math.max(peak, told.rssBytes)
    })
    child.once('exit', (code) => reject(new Error(`The atlas ended with exit code ${code} before it served.`)))
  })
  return {
    url,
    peakRssBytes: () => peak,
    close: async () => {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

/** Another program, which ends when this process does. @param flags for Node */
export const started = (program: URL, args: readonly string[], flags: readonly string[] = []): ChildProcess =>
  fork(fileURLToPath(program), args, {
    execArgv: ['--conditions=@millrace/source', ...flags],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
