import { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { random } from '../random.ts'
import type { Random } from '../random.ts'
import { clients } from './clients.ts'
import { startServer } from './look.ts'
import type { Look, Soaked } from './look.ts'

/** How to soak. */
export interface SoakOptions {
  readonly line: string
  /** How long in all, in milliseconds. */
  readonly forMs: number
  /** How often everybody leaves and the server is looked at. */
  readonly rounds: number
  readonly onRound: (round: Round) => void
}

/** A server after everybody has left. */
export interface Round extends Look {
  readonly atMs: number
  /** Things that clients have done so far. */
  readonly done: number
}

/** What became of a run. */
export interface SoakReport {
  readonly rounds: readonly Round[]
  /** What was answered wrongly, at most a few. */
  readonly faults: readonly string[]
  /** How much larger the heap is in the last quarter of the rounds than in the second, as a ratio. */
  readonly growthRatio: number
}

const concurrency = 16

/** Lets many clients of every kind come and go, and looks at what they leave behind. */
export const soak = async ({ line, forMs, rounds: count, onRound }: SoakOptions): Promise<SoakReport> => {
  const server = await startServer(line)
  const source = random(1)
  const faults: string[] = []
  const rounds: Round[] = []
  let done = 0
  const startedAt = performance.now()
  try {
    for (let n = 0; n < count; n += 1) {
      done += await load({ server, source, forMs: forMs / count, faults })
      rounds.push({ ...(await everybodyGone(server)), atMs: performance.now() - startedAt, done })
      onRound(rounds.at(-1) as Round)
    }
  } finally {
    server.end()
  }
  return { rounds, faults, growthRatio: growthOf(rounds.map(({ heapBytes }) => heapBytes)) }
}

/** The first quarter makes what is made once, and does not count. */
const growthOf = (heaps: readonly number[]): number => {
  const quarter = Math.max(1, Math.floor(heaps.length / 4))
  return median(heaps.slice(-quarter)) / median(heaps.slice(quarter, 2 * quarter)) - 1
}

const load = async ({ server, source, forMs, faults }: Loading): Promise<number> => {
  const agent = new Agent({ keepAlive: true })
  const endsAt = performance.now() + forMs
  let done = 0
  const work = async (): Promise<void> => {
    while (performance.now() < endsAt) {
      const client = source.of(clients)
      try {
        await client(server.url, agent, source)
      } catch (error) {
        if (faults.length < 20) faults.push(`${client.name}: ${String(error)}`)
      }
      done += 1
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  agent.destroy()
  return done
}

interface Loading {
  readonly server: Soaked
  readonly source: Random
  readonly forMs: number
  readonly faults: string[]
}

/** Sessions that nobody took leave of end some seconds after their last request. */
const everybodyGone = async (server: Soaked): Promise<Look> => {
  const endsAt = performance.now() + 10_000
  let look = await server.look()
  while (look.sockets + look.active + look.sessions > 0 && performance.now() < endsAt) {
    await wait(100)
    look = await server.look()
  }
  return look
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] as number
