import { CommandError } from '../commandError.ts'
import type { Target } from '../target/target.ts'
import type { ConnectOptions } from '../wire/connect.ts'
import { beginning, chosenIn, complaint, discovery, eraOf, isModern, serverNameOf } from '../wire/discovery.ts'
import { modern } from '../wire/era.ts'
import { heeding } from '../wire/heeding.ts'
import type { Lane } from '../wire/lane.ts'
import type { Server } from '../wire/server.ts'
import { HttpLane } from './httpLane.ts'

/** Reaches a server over Streamable HTTP. @throws CommandError when it is not there, or does not speak MCP */
export const httpServer = async (
  target: Target & { readonly kind: 'http' },
  { headers, revision, timeoutMs, clock, stop }: ConnectOptions,
): Promise<Server> => {
  const options = { url: target.url, headers, clock, buffer: Buffer.allocUnsafe(readBytes) }
  const wanted = eraOf(revision)
  const first = new HttpLane(options, modern, false)
  const kept: HttpLane[] = [first]
  const found = {
    target: target.name,
    transport: 'http' as const,
    gone: () => undefined,
    garbage: () => 0,
    inspector: () => undefined,
  }
  const close = async () => {
    await Promise.all(kept.map((lane) => lane.close()))
  }
  const leave = () => void close()
  const refuse = async (sentence: string): Promise<never> => {
    await close()
    throw new CommandError(sentence)
  }
  if (wanted?.isModern !== false) {
    const { ending, message } = await heeding(stop, leave, () => first.send(discovery, timeoutMs))
    if (isModern(message)) {
      const lane = () => keep(kept, new HttpLane(options, modern, false))
      return { ...found, era: modern, name: serverNameOf(message), hasSessions: false, lane, close }
    }
    if (wanted !== undefined || (ending !== undefined && isHopeless(ending.kind, ending.detail))) {
      const why = ending ?? { kind: 'no MCP answer', detail: `it does not speak ${modern.revision}` }
      return refuse(complaint(target.name, why))
    }
  }
  const asked = beginning(wanted)
  const { ending, message } = await heeding(stop, leave, () => first.initialize(asked, timeoutMs))
  if (ending !== undefined) return refuse(complaint(target.name, ending))
  const era = chosenIn(message, asked)
  const hasSessions = first.session !== undefined
  const lane = () => keep(kept, new HttpLane(options, era, hasSessions))
  return { ...found, era, name: serverNameOf(message), hasSessions, lane, close }
}

/** Whether there is no use in asking the same in the words of an older revision. */
const isHopeless = (kind: string, detail: string): boolean =>
  kind === 'timed out' || kind === 'refused' || (kind === 'transport' && !/^HTTP (?:400|404|405|406|415)$/.test(detail))

const readBytes = 65_536

const keep = (kept: HttpLane[], lane: HttpLane): Lane => {
  kept.push(lane)
  return lane
}
