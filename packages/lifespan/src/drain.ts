import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '@millrace/core'
import type { Passage } from './gate.ts'
import type { Settings } from './options.ts'
import { events } from './report.ts'

/** How calls are let out. */
interface Leaving {
  readonly reason: string
  /** Aborts when nobody wants to wait any longer. */
  readonly hurry: AbortSignal
  /** Whether somebody may still be sending calls here because it was ready until now. */
  readonly isNoticed: boolean
}

/**
 * Lets the running calls end: `noticeMs` during which calls still enter, then up to `drainMs` during which none does;
 * what then still runs is given up. (The order of Kubernetes' termination of pods: readiness, then the work, then the
 * process.)
 */
export const drain = async (
  passage: Passage,
  { clock, noticeMs, drainMs }: Settings,
  { reason, hurry, isNoticed }: Leaving,
): Promise<void> => {
  const startedAt = clock.now()
  if (events.hasSubscribers) events.publish({ type: 'lifespan.draining', running: passage.running, reason })
  if (isNoticed && noticeMs > 0) await bounded(new Promise(() => {}), clock, noticeMs, hurry)
  await bounded(passage.shut(), clock, drainMs, hurry)
  const abandoned = passage.cut()
  if (events.hasSubscribers) {
    const elapsedMs = clock.now() - startedAt
    events.publish({ type: 'lifespan.drained', abandoned, refused: passage.refused, elapsedMs })
  }
  // Answers are written, and handlers that were told to stop let go, before what they use is closed.
  await nextTurn()
}

const bounded = (work: Promise<void>, clock: Clock, limitMs: number, hurry: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      timer.cancel()
      hurry.removeEventListener('abort', end)
      resolve()
    }
    const timer = clock.after(limitMs, end)
    if (hurry.aborted) return end()
    hurry.addEventListener('abort', end)
    void work.then(end)
  })
