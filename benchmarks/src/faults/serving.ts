import { once } from 'node:events'
import { started } from '../live/server.ts'

/** How a server under test is. */
export interface State {
  /** Connections that it has opened and not closed. */
  readonly connections: number
  /** Calls that use one or wait for one. */
  readonly busy: number
  /** Its heap and its buffers, in bytes, without what is garbage. */
  readonly heapBytes: number
}

/** The server under test. */
export interface Serving {
  readonly url: string
  state(): Promise<State>
  close(): Promise<void>
}

/** Starts a program that serves in a process of its own. @param given what it is told about what it leans on */
export const serving = async (program: URL, given: unknown): Promise<Serving> => {
  const child = started(program, [JSON.stringify(given)], ['--expose-gc'])
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The server ended with exit code ${code}.`)
  })
  ended.catch(() => {})
  // What cannot be sent is sent to one that has ended.
  child.on('error', () => {})
  const told = async <Told>(): Promise<Told> => {
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [Told]
    return message
  }
  const { url } = await told<{ readonly url: string }>()
  return {
    url,
    state: () => {
      child.send('state')
      return told<State>()
    },
    close: async () => {
      child.disconnect()
      await ended.catch(() => {})
    },
  }
}
