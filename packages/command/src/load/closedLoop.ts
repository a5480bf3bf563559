import type { Clock } from '@millrace/core'
import type { Mix } from '../mix/mix.ts'
import type { Lane } from '../wire/lane.ts'
import type { Recorder } from './recorder.ts'

/** What a load is made with. */
export interface Load {
  readonly lanes: readonly Lane[]
  readonly mix: Mix
  readonly recorder: Recorder
  readonly clock: Clock
  readonly timeoutMs: number
  /** Whether to stop before the time is up: the server has gone, or the user has had enough. */
  readonly isOver: () => boolean
}

/** Each lane sends its next call when the last one is answered, until the window ends. */
export const closedLoop = async (load: Load): Promise<void> => {
  const { lanes, recorder, clock, isOver } = load
  const work = async (lane: Lane): Promise<void> => {
    while (clock.now() < recorder.window.to && !isOver()) {
      const kind = await callOnce(load, lane, clock.now())
      // A server that is not there is not asked a hundred thousand times a second.
      if (kind === 'transport') await new Promise<void>((resolve) => void clock.after(pauseMs, resolve))
    }
  }
  await Promise.all(lanes.map(work))
}

const pauseMs = 20

/** Draws a request, sends it and notes what came of it. @param startedAt when it was meant to start */
export const callOnce = async (load: Load, lane: Lane, startedAt: number): Promise<string | undefined> => {
  const { mix, recorder, clock, timeoutMs } = load
  const { request, operation } = mix.next()
  const leftMs = timeoutMs - (clock.now() - startedAt)
  recorder.pending += 1
  const reply = leftMs > 0 ? await lane.send(request, leftMs) : neverSent
  recorder.pending -= 1
  recorder.record(operation, startedAt, clock.now(), reply)
  return reply.ending?.kind
}

const neverSent = { ending: { kind: 'timed out', detail: 'no connection was free in time' }, bytes: 0 } as const
