import { setTimeout as wait } from 'node:timers/promises'
import { random } from '../http/random.ts'
import { startAtlas } from './atlas.ts'
import type { Atlas, Look } from './atlas.ts'
import { someCities, visit } from './visitors.ts'

/** How to soak. */
export interface SoakOptions {
  /** How long in all, in milliseconds. */
  readonly forMs: number
  /** How often everybody leaves and the atlas is looked at. */
  readonly rounds: number
  readonly onRound: (round: Round) => void
}

/** An atlas after everybody has left. */
export interface Round extends Look {
  readonly atMs: number
}

/** What became of a run. */
export interface SoakReport {
  readonly rounds: readonly Round[]
  /** What was answered wrongly, at most a few. */
  readonly faults: readonly string[]
  /** Visitors that were sent away, as the machine had more to do than it could. */
  readonly refused: number
  readonly exitCode: number | null
}

const concurrency = 8
// A client whose first request is refused takes it for a server that speaks another protocol.
const isRefusal = /has more work than it can do|Version negotiation failed/

/** Lets real clients of both SDKs come and go, and looks at what the atlas keeps of them. */
export const soak = async ({ forMs, rounds: count, onRound }: SoakOptions): Promise<SoakReport> => {
  const atlas = await startAtlas()
  const source = random(1)
  const faults: string[] = []
  const rounds: Round[] = []
  const startedAt = performance.now()
  const load = async (ids: readonly number[], endsAt: number): Promise<void> => {
    while (performance.now() < endsAt)
      await visit(atlas.url, source, ids).catch((error: unknown) => {
        if (isRefusal.test(String(error))) refused += 1
        else if (faults.length < 20) faults.push(String(error))
      })
  }
  let refused = 0
  let exitCode: number | null = null
  try {
    const ids = await someCities(atlas.url, source)
    for (let n = 0; n < count; n += 1) {
      const endsAt = performance.now() + forMs / count
      await Promise.all(Array.from({ length: concurrency }, () => load(ids, endsAt)))
      rounds.push({ ...(await everybodyGone(atlas)), atMs: performance.now() - startedAt })
      onRound(rounds.at(-1) as Round)
    }
  } finally {
    exitCode = await atlas.stop()
  }
  return { rounds, faults, refused, exitCode }
}

/** What was called and not waited for goes on for a moment, and connections stay open for some seconds. */
const everybodyGone = async (atlas: Atlas): Promise<Look> => {
  const endsAt = performance.now() + 10_000
  let look = await atlas.look()
  while (look.busy + look.active + look.sessions > 0 && performance.now() < endsAt) {
    await wait(200)
    look = await atlas.look()
  }
  return look
}
