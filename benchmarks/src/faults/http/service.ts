import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { started } from '../../live/server.ts'
import type { Kept } from '../subject.ts'

/** How an HTTP service answers: as it should, with 503, or with half of an answer. */
export type Mood = 'well' | 'busy' | 'cut'

/** An HTTP service of its own, to be stopped and started at will. */
export interface Service {
  readonly port: number
  become(mood: Mood): void
  /** Connections that others hold. */
  connections(): Promise<number>
  /** Numbers that were kept since this was last asked. */
  kept(): readonly Kept[]
  stop(): Promise<void>
  /** Ends it at once, as `kill -9` does. */
  crash(): void
  start(): Promise<void>
  /** Ends it and removes what it has written. */
  remove(): Promise<void>
}

/** Starts one. @param maxConnections further ones are hung up on */
export const service = async (maxConnections: number): Promise<Service> => {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-faults-'))
  const file = join(directory, 'kept')
  writeFileSync(file, '')
  let child: ChildProcess
  let port = 0
  const start = async (): Promise<void> => {
    child = started(new URL('./api.ts', import.meta.url), [file, String(port), String(maxConnections)])
    const [told] = (await once(child, 'message')) as [number]
    port = told
  }
  const stop = async (): Promise<void> => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
  await start()
  return {
    port,
    become: (mood) => void child.send(mood),
    connections: async () => {
      child.send('count')
      const [count] = (await once(child, 'message')) as [number]
      return count
    },
    kept: () => {
      const times = new Map<number, number>()
      for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
        if (line !== '') times.set(Number(line), (times.get(Number(line)) ?? 0) + 1)
      }
      writeFileSync(file, '')
      return Array.from(times, ([n, count]) => ({ n, times: count }))
    },
    stop,
    crash: () => void child.kill('SIGKILL'),
    start,
    remove: async () => {
      await stop()
      rmSync(directory, { recursive: true })
    },
  }
}
