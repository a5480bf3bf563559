import { CommandError } from '../commandError.ts'
import type { Target } from '../target/target.ts'
import type { ConnectOptions } from '../wire/connect.ts'
import { beginning, chosenIn, complaint, discovery, eraOf, isModern, serverNameOf } from '../wire/discovery.ts'
import { clientInfo, legacy, modern, notificationText, prepare } from '../wire/era.ts'
import { heeding } from '../wire/heeding.ts'
import type { Server } from '../wire/server.ts'
import { Program } from './program.ts'
import { stdioLane } from './stdioLane.ts'

/** Starts a program and speaks to it. @throws CommandError when it cannot be started, or does not speak MCP */
export const stdioServer = async (
  target: Target & { readonly kind: 'stdio' },
  { revision, timeoutMs, clock, stop }: ConnectOptions,
): Promise<Server> => {
  const program = new Program(target, clock)
  let lastId = 0
  const lane = () => stdioLane(program, () => (lastId += 1))
  const wanted = eraOf(revision)
  const found = {
    target: target.name,
    transport: 'stdio' as const,
    hasSessions: false,
    gone: () => program.gone,
    garbage: () => program.garbage,
    inspector: () => program.inspector,
    lane,
    close: () => program.close(),
  }
  const leave = () => void program.close()
  const refuse = async (sentence: string): Promise<never> => {
    await program.close()
    throw new CommandError(sentence)
  }
  const whyGone = () => (program.gone === undefined ? undefined : `${target.name}: ${program.gone}.`)
  if (wanted?.isModern !== false) {
    // A server that is older may leave a question unanswered that it does not know.
    const patienceMs = wanted === undefined ? Math.min(timeoutMs, silenceMs) : timeoutMs
    const { message } = await heeding(stop, leave, () => lane().send(discovery, patienceMs))
    if (isModern(message)) return { ...found, era: modern, name: serverNameOf(message) }
    const gone = whyGone()
    if (gone !== undefined) return refuse(gone)
    if (wanted !== undefined) return refuse(`${target.name} does not speak ${modern.revision}.`)
  }
  const asked = beginning(wanted)
  const params = { protocolVersion: asked.revision, capabilities: {}, clientInfo }
  const initialize = prepare(legacy, { method: 'initialize', params })
  const { ending, message } = await heeding(stop, leave, () => lane().send(initialize, timeoutMs))
  if (ending !== undefined) return refuse(whyGone() ?? complaint(target.name, ending))
  program.write(notificationText('notifications/initialized', {}))
  return { ...found, era: chosenIn(message, asked), name: serverNameOf(message) }
}

const silenceMs = 3000
