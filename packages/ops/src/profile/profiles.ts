import type { Readable } from 'node:stream'
import type { Clock } from '@millrace/core'
import { sentence } from '../listener/answer.ts'
import type { Answer } from '../listener/answer.ts'
import type { Asked, Part } from '../listener/part.ts'
import { numberOf, patience } from './asked.ts'
import { attachment } from './attachment.ts'
import { cpuProfile } from './cpuProfile.ts'
import type { Turn } from './turn.ts'

/** How profiles are taken. */
export interface ProfilesSettings {
  readonly clock: Clock
  /** A heap that holds more is not written down, as that holds up the process for seconds. */
  readonly maxSnapshotBytes: number
}

/** CPU profiles and heap snapshots of the running process, for those who know the token. */
export const profiles = ({ clock, maxSnapshotBytes }: ProfilesSettings, turn: Turn): Part => {
  let closing = new AbortController()
  const cpu = async (request: Asked): Promise<Answer> => {
    const seconds = numberOf(request, 'seconds', { min: 0.1, max: 60, otherwise: 10 })
    if (typeof seconds !== 'number') return seconds
    const done = turn.take('CPU profile')
    if (typeof done !== 'function') return done
    const { signal, end } = patience(request, closing.signal)
    try {
      const profile = await cpuProfile({ forMs: seconds * 1000 }, clock, signal)
      return { type: 'application/json', headers: attachment('cpuprofile'), body: JSON.stringify(profile) }
    } finally {
      end()
      done()
    }
  }
  const heap = async (): Promise<Answer> => {
    const { heapUsed } = process.memoryUsage()
    if (heapUsed > maxSnapshotBytes) {
      return sentence(413, `The heap holds ${mib(heapUsed)} MB, and at most ${mib(maxSnapshotBytes)} are written down.`)
    }
    const done = turn.take('heap snapshot')
    if (typeof done !== 'function') return done
    try {
      const body = await snapshot()
      body.once('close', done)
      return { type: 'application/json', headers: attachment('heapsnapshot'), body }
    } catch (error) {
      done()
      throw error
    }
  }
  return {
    routes: [
      { path: '/profile/cpu', method: 'POST', guard: 'act', handle: cpu },
      { path: '/profile/heap', method: 'POST', guard: 'act', handle: heap },
    ],
    open: () => {
      closing = new AbortController()
    },
    close: () => closing.abort(),
  }
}

const snapshot = async (): Promise<Readable> => {
  const { getHeapSnapshot } = await import('node:v8')
  return getHeapSnapshot()
}

const mib = (bytes: number): number => Math.round(bytes / 1_048_576)
