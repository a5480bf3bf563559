import { systemClock } from '@millrace/core'
import type { Prepared } from '../bench/prepared.ts'
import { progress } from '../bench/progress.ts'
import { CommandError } from '../commandError.ts'
import { measure } from '../load/measure.ts'
import type { LoadOptions } from '../load/measure.ts'
import { stopOf } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import type { Inspected } from './inspected.ts'
import type { Profiled } from './profile.ts'

/** Loads a server that is profiled meanwhile, the warm-up left out. @throws CommandError when it ends meanwhile */
export const underLoad = async (
  { server, mix, lane, notes }: Prepared,
  inspected: Inspected,
  options: LoadOptions,
  terminal: Terminal,
): Promise<Profiled> => {
  const lanes = [lane, ...Array.from({ length: options.concurrency - 1 }, () => server.lane())]
  const given = { server, lanes, mix, clock: systemClock, stop: stopOf(terminal) }
  const shown = progress(terminal, options)
  try {
    if (options.warmUpMs > 0) await measure(given, { ...options, warmUpMs: 0, durationMs: options.warmUpMs })
    await inspected.start()
    const { recorder, lengthMs, endedEarly } = await measure(given, { ...options, warmUpMs: 0 }, shown.show)
    const gone = server.gone()
    if (gone !== undefined) throw new CommandError(`${server.target}: ${gone}.`)
    const profile = await inspected.stop()
    const ratePerSecond = (recorder.completed * 1000) / Math.max(1, lengthMs)
    const failed = recorder.failing.count
    const early = endedEarly === undefined ? [] : [`The load ended early: ${endedEarly}.`]
    return {
      profile,
      ratePerSecond,
      notes: [...notes, ...early, ...(failed === 0 ? [] : [`${failed} calls failed.`])],
    }
  } finally {
    shown.end()
    inspected.close()
  }
}
