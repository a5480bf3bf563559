import type { Clock } from '@millrace/core'
import type { CpuProfile } from '../profile/cpuProfile.ts'
import { inspector } from '../profile/session.ts'
import type { Inspector } from '../profile/session.ts'
import { cut, joined } from './cut.ts'

/**
 * Looks a hundred times a second what this thread computes. V8 gives a profile only when it ends, and beginning one holds
 * the process up for some milliseconds: there is a window at a time, and the one before it is kept.
 */
export class Sampler {
  readonly #clock: Pick<Clock, 'now'>
  #session: Inspector | undefined
  #isEnded = false
  #windows: readonly Window[] = []

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** @throws Error when this Node has no inspector */
  async begin(): Promise<void> {
    const session = await inspector()
    if (this.#isEnded) return session.close()
    this.#session = session
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: everyUs })
    await session.post('Profiler.start')
  }

  /** Ends a window, so that there is something to see of it, and begins another one. */
  async turn(): Promise<void> {
    const session = this.#session
    if (session === undefined) return
    const endedAt = this.#clock.now()
    const { profile } = await session.post<{ readonly profile: CpuProfile }>('Profiler.stop')
    this.#windows = [...this.#windows.slice(-1), { profile, endedAt }]
    if (!this.#isEnded) await session.post('Profiler.start')
  }

  /** What the last two windows saw between two moments, in milliseconds of the clock; undefined when that is nothing. */
  between(from: number, to: number): CpuProfile | undefined {
    const parts = this.#windows.map(({ profile, endedAt }) => {
      const us = (at: number): number => profile.endTime + (at - endedAt) * 1000
      return cut(profile, us(from), us(to), maxSamples)
    })
    const [first, second] = parts
    const all = first === undefined || second === undefined ? first : joined(first, second)
    return all?.samples?.length === 0 ? undefined : all
  }

  end(): void {
    this.#isEnded = true
    this.#session?.close()
    this.#session = undefined
    this.#windows = []
  }
}

interface Window {
  readonly profile: CpuProfile
  /** When that was for the clock. */
  readonly endedAt: number
}

const everyUs = 10_000

/** Ten seconds of them; what takes longer is seen less often. */
const maxSamples = 1_000
