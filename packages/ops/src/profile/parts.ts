import type { Part } from '../listener/part.ts'
import type { Settings } from '../options.ts'
import { reports } from '../report/reports.ts'
import { slowCallsPart } from '../slow/part.ts'
import { SlowCalls } from '../slow/slowCalls.ts'
import { profiles } from './profiles.ts'
import { Turn } from './turn.ts'

/** What is made of one process at a time. */
export interface OfOneProcess {
  readonly parts: readonly Part[]
  /** Undefined when nobody looks for slow calls. */
  readonly slow: SlowCalls | undefined
}

export const ofOneProcess = (settings: Settings): OfOneProcess => {
  const { metrics, hasProfile, slowCalls, clock } = settings
  const turn = new Turn()
  const slow = metrics && slowCalls && new SlowCalls(slowCalls, metrics, clock)
  const parts = [
    ...(slow === undefined ? [] : [slowCallsPart(slow)]),
    ...(hasProfile ? [profiles(settings, turn)] : []),
    ...(hasProfile && metrics !== undefined ? [reports(metrics, settings, turn, slow)] : []),
  ]
  return { parts, slow }
}
