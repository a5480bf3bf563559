import { systemClock } from '@millrace/core'
import type { CallFlags } from '../bench/benchOptions.ts'
import { prepared } from '../bench/prepared.ts'
import { progress } from '../bench/progress.ts'
import { CommandError } from '../commandError.ts'
import { measure } from '../load/measure.ts'
import type { LoadOptions } from '../load/measure.ts'
import type { Target } from '../target/target.ts'
import { stopOf } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { inspected } from './inspected.ts'
import type { Profiled } from './profile.ts'

/** Starts a Node program, loads it over stdio and profiles it meanwhile, the warm-up left out. */
export const profileOfProgram = async (
  target: Target & { readonly kind: 'stdio' },
  flags: CallFlags,
  options: LoadOptions,
  terminal: Terminal,
): Promise<Profiled> => {
  const stop = stopOf(terminal)
  const ready = await prepared({ ...target, isInspected: true }, flags, systemClock, stop)
  const { server, mix, lane, notes } = ready
  try {
    const address = server.inspector()
    if (address === undefined) throw new CommandError(`${target.name} is no Node program: it cannot be profiled.`)
    const process = await inspected(address)
    const lanes = [lane, ...Array.from({ length: options.concurrency - 1 }, () => server.lane())]
    const given = { server, lanes, mix, clock: systemClock, stop }
    const shown = progress(terminal, options)
    try {
      if (options.warmUpMs > 0) await measure(given, { ...options, warmUpMs: 0, durationMs: options.warmUpMs })
      await process.start()
      const { recorder, lengthMs, endedEarly } = await measure(given, { ...options, warmUpMs: 0 }, shown.show)
      if (server.gone() !== undefined) throw new CommandError(`${target.name}: ${server.gone()}.`)
      const profile = await process.stop()
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
      process.close()
    }
  } finally {
    await server.close()
  }
}
