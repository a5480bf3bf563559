import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** How a server is, right after its garbage has been collected. */
export interface Look {
  readonly heapBytes: number
  /** Connections. */
  readonly sockets: number
  /** Requests without a complete answer. */
  readonly active: number
  readonly sessions: number
}

/** A server in a process of its own. */
export interface Soaked {
  readonly url: URL
  look(): Promise<Look>
  end(): void
}

/** Starts a server of one SDK line. */
export const startServer = async (line: string): Promise<Soaked> => {
  const child = fork(fileURLToPath(new URL('server.ts', import.meta.url)), [line], {
    execArgv: ['--conditions=@millrace/source', '--expose-gc'],
  })
  const [href] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [string]
  return {
    url: new URL(href),
    look: async () => {
      const answer = once(child, 'message')
      child.send('look')
      const [look] = (await answer) as [Look]
      return look
    },
    end: () => void child.kill('SIGKILL'),
  }
}
