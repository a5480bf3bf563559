import { systemClock } from '@millrace/core'
import { CommandError } from '../../commandError.ts'
import type { Target } from '../../target/target.ts'
import { ask, toolsOf } from '../../wire/ask.ts'
import { connect } from '../../wire/connect.ts'
import { heeding } from '../../wire/heeding.ts'
import type { ConnectOptions } from '../../wire/connect.ts'
import type { Finding } from '../finding.ts'
import { annotations } from './annotations.ts'
import { calls } from './calls.ts'
import { http } from './http.ts'
import { lists } from './lists.ts'
import type { Patient } from './patient.ts'

/** What could be better about a running server. @throws CommandError when it cannot be examined */
export const examineRunning = async (target: Target, options: ConnectOptions): Promise<Finding[]> => {
  const server = await connect(target, options)
  const { timeoutMs, headers, stop } = options
  const examined = async (): Promise<Finding[]> => {
    const lane = server.lane()
    const listed = await ask(server, lane, { method: 'tools/list', params: {} }, timeoutMs)
    const tools = await toolsOf(server, lane, timeoutMs)
    const patient: Patient = { target, server, lane, tools, listed, timeoutMs, headers, now: () => systemClock.now() }
    const findings: Finding[] = []
    for (const examination of [annotations, lists, calls, http]) findings.push(...(await examination(patient)))
    if (server.garbage() > 0) findings.push(noise(target.name, server.garbage()))
    return findings
  }
  try {
    return await heeding(stop, () => void server.close(), examined)
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new CommandError(`${target.name} could not be examined: ${(error as Error).message}.`)
  } finally {
    await server.close()
  }
}

const noise = (where: string, lines: number): Finding => ({
  id: 'stdout-noise',
  where,
  what: `${lines} lines on stdout were no JSON-RPC.`,
  why: 'A client reads stdout; many end the connection when they cannot.',
  change: 'Log to stderr: console.error in place of console.log.',
})
