import { manualClock } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { Watchdog } from './watchdog.ts'
import type { Watched } from './watchdog.ts'

class Dog implements Watched {
  heardAt = 0
  asked = 0
  givenUpAfterMs: number[] = []

  nudge(): void {
    this.asked += 1
  }
  giveUp(silentMs: number): void {
    this.givenUpAfterMs.push(silentMs)
  }
}

const watching = (silenceMs: number) => {
  const manual = manualClock(0)
  let sleptMs = 0
  const clock = { now: () => manual.now() + sleptMs, after: manual.after.bind(manual) }
  const [lively, stuck] = [new Dog(), new Dog()]
  lively.nudge = () => {
    lively.asked += 1
    lively.heardAt = clock.now()
  }
  const dog = new Watchdog({ clock, silenceMs, watched: () => [lively, stuck] })
  dog.start()
  const pass = (ms: number) => {
    for (let at = 0; at < ms; at += 100) manual.advance(100)
  }
  const sleep = (ms: number) => void (sleptMs += ms)
  return { sleep, dog, lively, stuck, pass }
}

describe('a watchdog', () => {
  it('gives up who has said nothing for so long, and nobody who answers', () => {
    const { lively, stuck, pass } = watching(8000)
    pass(7900)
    expect(stuck.givenUpAfterMs).toEqual([])
    pass(1500)
    expect(stuck.givenUpAfterMs[0]).toBeGreaterThanOrEqual(8000)
    expect(lively.givenUpAfterMs).toEqual([])
    expect(lively.asked).toBeGreaterThanOrEqual(7)
  })

  it('blames nobody for the time it slept itself', () => {
    const { sleep, stuck, pass } = watching(8000)
    pass(3000)
    sleep(60_000)
    pass(4000)
    expect(stuck.givenUpAfterMs).toEqual([])
    pass(6000)
    expect(stuck.givenUpAfterMs.length).toBeGreaterThan(0)
  })

  it('watches nobody without a bound, and none after it was stopped', () => {
    for (const silenceMs of [Infinity, 8000]) {
      const { dog, lively, stuck, pass } = watching(silenceMs)
      dog.stop()
      pass(60_000)
      expect([lively.asked, stuck.givenUpAfterMs]).toEqual([0, []])
    }
  })
})
