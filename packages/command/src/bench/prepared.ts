import type { Clock } from '@millrace/core'
import { mix } from '../mix/mix.ts'
import type { Mix } from '../mix/mix.ts'
import { mixFile } from '../mix/mixFile.ts'
import type { Wanted } from '../mix/wanted.ts'
import type { Target } from '../target/target.ts'
import { toolsOf } from '../wire/ask.ts'
import { connect } from '../wire/connect.ts'
import { heeding } from '../wire/heeding.ts'
import type { Lane } from '../wire/lane.ts'
import type { Server } from '../wire/server.ts'
import type { CallFlags, Named } from './benchOptions.ts'

/** A server that has been reached, and what it is going to be asked. */
export interface Prepared {
  readonly server: Server
  readonly mix: Mix
  readonly lane: Lane
  /** What went wrong with the first call of each kind. */
  readonly notes: readonly string[]
}

/** Reaches a server, makes the calls ready and tries each kind once. @throws CommandError when that is in vain, or interrupted */
export const prepared = async (
  target: Target,
  flags: CallFlags,
  clock: Clock,
  stop: AbortSignal,
): Promise<Prepared> => {
  const wanted = wantedOf(flags)
  const { protocol: revision, header: headers = [], timeout: timeoutMs, seed } = flags
  const server = await connect(target, { headers, revision, timeoutMs, clock, stop })
  const triedOut = async (): Promise<Prepared> => {
    const lane = server.lane()
    const needsTools = wanted.length === 0 || wanted.some((one) => 'tool' in one)
    const tools = needsTools ? await toolsOf(server, lane, timeoutMs) : []
    const made = mix({ era: server.era, wanted, tools, seed })
    const notes = made.leftOut.map((why) => `It is left out: ${why}`)
    for (const request of made.samples) {
      const { ending } = await lane.send(request, timeoutMs)
      if (ending === undefined) continue
      const said = ending.message === undefined ? '' : `: ${ending.message}`
      notes.push(`The first ${request.operation} failed (${ending.kind}, ${ending.detail})${said}`)
    }
    return { server, mix: made, lane, notes }
  }
  try {
    return await heeding(stop, () => void server.close(), triedOut)
  } catch (error) {
    await server.close()
    throw error
  }
}

/** What the flags ask for; none when the tools themselves are to say it. */
const wantedOf = ({ calls = [], mix }: CallFlags): Wanted[] =>
  mix === undefined ? calls.flatMap(wantedCalls) : mixFile(mix)

const wantedCalls = ({ kind, name, given }: Named): Wanted[] => {
  if (kind === 'tool') return [{ tool: name, args: given, weight: 1 }]
  const all = given.length === 0 ? [{}] : given
  return all.map((params) => ({ method: name, params, weight: 1 / all.length }))
}
