import { systemClock } from '@millrace/core'
import type { CallFlags } from '../bench/benchOptions.ts'
import { prepared } from '../bench/prepared.ts'
import { CommandError } from '../commandError.ts'
import type { LoadOptions } from '../load/measure.ts'
import { Program } from '../stdio/program.ts'
import type { Target } from '../target/target.ts'
import { stopOf } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { inspected } from './inspected.ts'
import { listening, nobodyListens } from './listening.ts'
import type { Profiled } from './profile.ts'
import { underLoad } from './underLoad.ts'

type StdioTarget = Target & { readonly kind: 'stdio' }
type HttpTarget = Target & { readonly kind: 'http' }

/** Starts a Node program, loads it over stdio and profiles it meanwhile. */
export const profileOfProgram = async (
  target: StdioTarget,
  flags: CallFlags,
  options: LoadOptions,
  terminal: Terminal,
): Promise<Profiled> => {
  const ready = await prepared({ ...target, isInspected: true }, flags, systemClock, stopOf(terminal))
  const { server } = ready
  try {
    return await underLoad(ready, await inspectedAt(server.inspector(), target), options, terminal)
  } finally {
    await server.close()
  }
}

/** Starts a Node program that listens, loads it over HTTP and profiles it meanwhile. */
export const profileOfListening = async (
  target: StdioTarget,
  endpoint: HttpTarget,
  flags: CallFlags,
  options: LoadOptions,
  terminal: Terminal,
): Promise<Profiled> => {
  const stop = stopOf(terminal)
  await nobodyListens(endpoint.url)
  const program = new Program({ ...target, isInspected: true }, systemClock)
  try {
    await listening(endpoint.url, program, {
      name: target.name,
      timeoutMs: options.timeoutMs,
      clock: systemClock,
      stop,
    })
    const ready = await prepared(endpoint, flags, systemClock, stop)
    const server = { ...ready.server, target: target.name, gone: () => program.gone }
    try {
      return await underLoad({ ...ready, server }, await inspectedAt(program.inspector, target), options, terminal)
    } finally {
      await server.close()
    }
  } finally {
    await program.end()
  }
}

const inspectedAt = (address: string | undefined, { name }: StdioTarget) => {
  if (address === undefined) throw new CommandError(`${name} is no Node program: it cannot be profiled.`)
  return inspected(address)
}
