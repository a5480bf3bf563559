import type { Run, Sampling } from './case.ts'

/** So many times, that many at once; `once` gets the number of its turn. */
export const atOnce =
  (callers: number, once: (turn: number) => Promise<void>) =>
  async (times: number): Promise<void> => {
    let next = 0
    const caller = async (): Promise<void> => {
      for (let turn = next++; turn < times; turn = next++) await once(turn)
    }
    await Promise.all(Array.from({ length: Math.min(callers, times) }, caller))
  }

/** What counts is the processor time of this process: not how long another one takes to answer, which differs each time. */
export const spending =
  (work: (times: number) => Promise<void>): Run =>
  async (times) => {
    const before = process.cpuUsage()
    await work(times)
    const { user, system } = process.cpuUsage(before)
    return (user + system) * 1_000
  }

/** Work of another process, and processor time that is told in steps: samples have to be long. */
export const steadySampling: Partial<Sampling> = { warmUpMs: 1_000, sampleMs: 100, samples: 15, rounds: 5 }
