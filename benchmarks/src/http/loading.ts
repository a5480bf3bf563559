import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Run, Sampling } from '../case.ts'
import { load } from './load.ts'
import type { Load } from './load.ts'
import type { ServerName } from './servers.ts'

/** A server in a process of its own, and who keeps it busy. */
interface Loaded {
  readonly child: ChildProcess
  readonly client: Load
}

/** Loads one of our servers; what counts is the processor time that it uses. */
export const loading = async (server: ServerName, requests: readonly string[], expected = ''): Promise<Run> => {
  const child = fork(program, [server], { execArgv: ['--conditions=@millrace/source', ...profiled()] })
  return spendingOf(await loaded(child, requests, expected))
}

/**
 * Connects to the server of a process that tells its port, and sees that an answer has what is expected in it. The
 * process ends with this one.
 */
export const loaded = async (child: ChildProcess, requests: readonly string[], expected: string): Promise<Loaded> => {
  process.on('exit', () => child.kill())
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the server ended: ${code ?? signal}`)
  })
  const [{ port }] = (await Promise.race([once(child, 'message'), ended])) as [{ readonly port: number }]
  // Whoever waits for an answer is told by the connection from now on.
  ended.catch(() => undefined)
  const client = load(port, connections, requests)
  const answer = await client.first()
  if (!answer.includes(expected)) throw new Error(`an answer without what was expected: ${answer.slice(0, 500)}`)
  return { child, client }
}

/** Processor time of a process that tells it when it gets a message. */
export const spendingOf = ({ child, client }: Loaded): Run => {
  const cpuUs = async (): Promise<number> => {
    child.send('cpu')
    const [answer] = (await once(child, 'message')) as [{ readonly cpuUs: number }]
    return answer.cpuUs
  }
  return async (times) => {
    const before = await cpuUs()
    await client.send(times)
    return ((await cpuUs()) - before) * 1000
  }
}

/** A process that takes long to warm up, and whose processor time is told in steps. */
export const servingSampling: Partial<Sampling> = { warmUpMs: 3000, sampleMs: 400, samples: 7, rounds: 3 }

const profiled = (): string[] => {
  const folder = process.env['BENCH_SERVER_PROFILE']
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`]
}

const connections = 16
const program = fileURLToPath(new URL('./serve.ts', import.meta.url))
