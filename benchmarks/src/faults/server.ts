import { once } from 'node:events'
import type { PostgresOptions } from '@millrace/pg'
import { started } from '../live/server.ts'

/** How a pool is. */
export interface PoolState {
  readonly size: number
  readonly busy: number
  readonly waiting: number
}

/** The server under test. */
export interface Serving {
  readonly url: string
  state(): Promise<PoolState>
  close(): Promise<void>
}

/** Starts the server under test in a process of its own. */
export const serving = async (connection: PostgresOptions['connection']): Promise<Serving> => {
  const child = started(new URL('./serve.ts', import.meta.url), [JSON.stringify(connection)])
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The server ended with exit code ${code}.`)
  })
  ended.catch(() => {})
  const told = async <Told>(): Promise<Told> => {
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [Told]
    return message
  }
  const { url } = await told<{ readonly url: string }>()
  return {
    url,
    state: () => {
      child.send('state')
      return told<PoolState>()
    },
    close: async () => {
      child.disconnect()
      await ended.catch(() => {})
    },
  }
}
