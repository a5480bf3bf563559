import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '@millrace/core'
import { runHooks } from './closing.ts'
import type { Passage } from './gate.ts'
import type { Hook, Settings } from './options.ts'
import { events } from './report.ts'

/** How calls are let out. */
interface Leaving {
  readonly reason: string
  /** Aborts when nobody wants to wait any longer. */
  readonly hurry: AbortSignal
  /** Whether somebody may still be sending calls here because it was ready until now. */
  readonly isNoticed: boolean
  /** What brings calls here and is to stop it. */
  readonly hooks: readonly Hook[]
}

/**
 * Lets the running calls end: `noticeMs` during which calls still enter, then `drainMs` in all for what brings them to
 * stop, and for them to end while none enters; what then still runs is given up. (The order of Kubernetes' termination of pods: readiness, then the work, then the
 * process.)
 *
 * @returns which hooks failed, and why
 */
export const drain = async (
  passage: Passage,
  { clock, noticeMs, drainMs }: Settings,
  { reason, hurry, isNoticed, hooks }: Leaving,
): Promise<Error[]> => {
  const startedAt = clock.now()
  if (events.hasSubscribers) events.publish({ type: 'lifespan.draining', running: passage.running, reason })
  if (isNoticed && noticeMs > 0) await bounded(new Promise(() => {}), clock, noticeMs, hurry)
  const failures: Error[] = []
  const endsAt = clock.now() + drainMs
  if (hooks.length > 0) {
    // A hook may ask to stop: that is known to be under way by then.
    await Promise.resolve()
    const runs = hooks.map((hook) => runHooks('onDrain', [hook], { clock, closeMs: Infinity }))
    await bounded(
      Promise.all(runs).then((failed) => failures.push(...failed.flat())),
      clock,
      drainMs,
      hurry,
    )
  }
  await bounded(passage.shut(), clock, Math.max(0, endsAt - clock.now()), hurry)
  const abandoned = passage.cut()
  if (events.hasSubscribers) {
    const elapsedMs = clock.now() - startedAt
    events.publish({ type: 'lifespan.drained', abandoned, refused: passage.refused, elapsedMs })
  }
  // Answers are written, and handlers that were told to stop let go, before what they use is closed.
  await nextTurn()
  return failures
}

const bounded = (work: Promise<unknown>, clock: Clock, limitMs: number, hurry: AbortSignal): Promise<void> =>
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
