import { answerSupervisor, askSupervisor, workerPlace } from '@millrace/core'
import type { Settings } from '../options.ts'
import { answering } from './answering.ts'
import { topic } from './questions.ts'

/** What a worker has instead of a listener: it answers the one of its supervisor. */
export interface Desk {
  /** Where that is. */
  readonly url: URL
  close(): Promise<void>
}

/** Opens it; undefined in a process that is no worker, or whose supervisor has no listener. */
export const openDesk = async (settings: Settings): Promise<Desk | undefined> => {
  if (workerPlace() === undefined) return undefined
  const url = await askSupervisor(topic, null, patienceMs, settings.clock).catch(() => undefined)
  if (typeof url !== 'string') return undefined
  const { answer, close } = answering(settings)
  answerSupervisor(topic, answer)
  return { url: new URL(url), close: async () => close() }
}

const patienceMs = 2000
