import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { started } from '../live/server.ts'
import type { Simulations, SimulationsOptions } from '../overload/group.ts'
import { callersOn } from './callers.ts'
import { comparedWith, rowsOf, tableOf } from './report.ts'
import type { Served } from './report.ts'
import { byHits, bySize, sizes } from './sizes.ts'
import type { Sample, Size } from './sizes.ts'

const callers = 20
const examples = fileURLToPath(new URL('../../../examples/atlas', import.meta.url))

/** Its name. */
export const group = 'pool'

/** How many calls the atlas answers, and how soon, with this many connections or that, and with that many hits. */
export const poolSizes = async ({ only, isSmoke, onProgress }: SimulationsOptions): Promise<Simulations> => {
  if (only !== undefined && !`${group}: atlas`.includes(only)) return { rows: [], text: '' }
  const directory = join(tmpdir(), `millrace-pool-${process.pid}`)
  const atlases: Running[] = []
  try {
    onProgress(`${group}: the atlas is started`)
    for (const size of isSmoke ? sizes.slice(0, 1) : sizes) atlases.push(await atlas(size, directory))
    const samples = [...bySize, ...byHits]
      .filter(({ size }) => atlases.some((one) => one.size === size))
      .map((sample) => ({ sample, served: [] as Served[] }))
    for (let round = 0; round < (isSmoke ? 1 : rounds); round += 1) {
      // To and fro, so that nobody always comes first.
      for (const { sample, served } of round % 2 === 0 ? samples : samples.toReversed()) {
        onProgress(`${group}, round ${round + 1} of ${rounds}: the atlas with ${sample.name}`)
        const { url } = atlases.find(({ size }) => size === sample.size) as Running
        if (!isSmoke) await callersOn(url, callers, warmUpMs(round), sample.hitRatio)
        const began = performance.now()
        const took = await callersOn(url, callers, isSmoke ? 1 : sampleMs, sample.hitRatio)
        served.push({ took, seconds: (performance.now() - began) / 1_000 })
      }
    }
    const of = (wanted: readonly Sample[]): ReadonlyMap<string, readonly Served[]> =>
      new Map(samples.flatMap(({ sample, served }) => (wanted.includes(sample) ? [[sample.name, served]] : [])))
    const tables = [of(bySize), of(byHits)].filter(({ size }) => size > 0)
    return {
      rows: [
        ...tables.flatMap((all) => rowsOf(group, all)),
        ...tables.flatMap((all) => comparedWith(group, all, bars)),
      ],
      text: tables.map((all) => tableOf(callers, all)).join('\n\n'),
    }
  } finally {
    await Promise.all(atlases.map((one) => one.close()))
    rmSync(directory, { recursive: true, force: true })
  }
}

// Short and many, so that what disturbs the machine for a while disturbs all alike.
const [rounds, sampleMs] = [11, 1_000]
const warmUpMs = (round: number): number => (round === 0 ? 2_000 : 200)

/** How many times as many calls as the first of its table each of these has to answer, at least. */
const bars: ReadonlyMap<string, number> = new Map([
  ['postgres(), 2–10', 2],
  ['postgres(), 2–10, 90 % hits', 2],
])

interface Running {
  readonly size: Size
  readonly url: string
  close(): Promise<void>
}

const atlas = async (size: Size, directory: string): Promise<Running> => {
  const child = started(new URL('./serve.ts', import.meta.url), [examples, directory, size.name])
  const failed = once(child, 'exit').then(() => {
    throw new Error(`The atlas with ${size.name} ended before it served.`)
  })
  const [{ url }] = (await Promise.race([once(child, 'message'), failed])) as [{ readonly url: string }]
  failed.catch(() => {})
  const close = async (): Promise<void> => {
    const ended = once(child, 'exit')
    child.disconnect()
    await ended
  }
  return { size, url, close }
}
