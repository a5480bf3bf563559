import { describe, expect, it } from 'vitest'
import { measure } from './measure.ts'
import { exponential } from './random.ts'
import type { Scenario } from './scenario.ts'
import { priorities, steady, stopping, storm, wrongLimit } from './scenarios.ts'
import { simulate } from './simulate.ts'
import type { Subject } from './subject.ts'
import { cockatiel } from './subjects/cockatiel.ts'
import { subjects } from './subjects/index.ts'
import { none } from './subjects/none.ts'
import { opossum } from './subjects/opossum.ts'
import { unconfigured } from './subjects/ours.ts'
import { pLimit } from './subjects/pLimit.ts'

const short = (scenario: Scenario): Scenario => ({ ...scenario, fromS: 0, untilS: 1 })
const hurried = (phases: Scenario['phases']): Scenario['phases'] =>
  phases.map((one) => ({ ...one, fromS: one.fromS / 40 }))

describe('a simulation', () => {
  it.each(subjects.map((subject) => [subject.name, subject] as const))(
    'gives each call exactly one end and does its work at most once: %s',
    async (_, subject) => {
      const storming = { ...storm(0.1), phases: hurried(storm(0.1).phases), fromS: 0, untilS: 1 }
      for (const scenario of [short(steady(4)), short(priorities), short(stopping(4)), storming]) {
        const { calls } = await simulate(subject, scenario, 1)
        expect(calls.length).toBeGreaterThan(1000)
        expect(calls.filter(({ ends, end }) => ends !== 1 || end === undefined)).toEqual([])
        expect(calls.filter(({ begun }) => begun > 1)).toEqual([])
        expect(calls.filter(({ end, begun }) => end === 'served' && begun !== 1)).toEqual([])
        expect(calls.filter(({ end, begun }) => end === 'refused' && begun !== 0)).toEqual([])
      }
    },
  )

  it.each(subjects.map((subject) => [subject.name, subject] as const))(
    'is the same for the same seed, and another for another: %s',
    async (_, subject) => {
      const scenario = short(priorities)
      const ends = async (seed: number) =>
        (await simulate(subject, scenario, seed)).calls.map(({ arrivedAt, endedAt, end }) => [arrivedAt, endedAt, end])
      const first = await ends(1)
      expect(await ends(1)).toEqual(first)
      expect(await ends(2)).not.toEqual(first)
    },
  )

  it('gives all subjects the same callers', async () => {
    const arrivals = async (subject: Subject) =>
      (await simulate(subject, short(priorities), 1)).calls.map(({ arrivedAt, priority }) => [arrivedAt, priority])
    expect(await arrivals(none)).toEqual(await arrivals(cockatiel))
  })

  it('makes calls wait as long as Erlang says: M/M/10, eight tenths of its capacity', async () => {
    const scenario: Scenario = {
      ...steady(0.8),
      tools: [{ name: 'search', share: 1, service: exponential(10) }],
      patienceMs: Infinity,
      untilS: 105,
    }
    const { calls } = await simulate(pLimit, scenario, 1)
    const counted = calls.filter(({ arrivedAt }) => arrivedAt >= 5000)
    const waited = counted.map((call) => call.endedAt - call.arrivedAt - (call.work?.doneMs ?? NaN))
    const meanMs = waited.reduce((sum, ms) => sum + ms, 0) / counted.length
    expect(Math.abs(meanMs / erlangWaitMs(10, 10, 0.8) - 1)).toBeLessThan(0.08)
    expect(counted.filter(({ end }) => end !== 'served')).toEqual([])
  })

  it('finds what the design was made by: a right limit with a short queue, one without, and none', async () => {
    const at = async (subject: Subject, whole: Scenario) => {
      const scenario = { ...whole, fromS: 3, untilS: 10 }
      return measure(await simulate(subject, scenario, 1), scenario)
    }
    const bounded = await at(cockatiel, steady(4))
    expect(Math.abs(bounded.goodput - 1004)).toBeLessThan(20)
    expect(Math.abs(bounded.p50Ms - 27)).toBeLessThan(2)
    expect(Math.abs(bounded.p99Ms - 67)).toBeLessThan(4)
    expect(bounded.shedRatio).toBeCloseTo(0.75, 1)
    const unqueued = await at(opossum, steady(0.9))
    expect(Math.abs(unqueued.goodput - 749)).toBeLessThan(20)
    expect((await at(none, steady(2))).goodput).toBe(0)
    const tooHigh = await at(opossum, wrongLimit(200))
    expect(Math.abs(tooHigh.goodput - 444)).toBeLessThan(30)
  })

  it('asks again what was not answered, up to three times and as the budget allows', async () => {
    const storming = async (whole: Scenario) => {
      const scenario = { ...whole, phases: hurried(whole.phases), fromS: 0, untilS: 1 }
      const { calls } = await simulate(cockatiel, scenario, 1)
      const first = calls.filter(({ attempt }) => attempt === 0).length
      return { first, again: calls.length - first, most: Math.max(...calls.map(({ attempt }) => attempt)) }
    }
    const unbounded = await storming(storm(Infinity))
    expect(unbounded.most).toBe(3)
    expect(unbounded.again).toBeGreaterThan(unbounded.first / 2)
    // A tenth of the calls, and the ten in each of ten seconds that a budget of ours has from the beginning.
    const bounded = await storming(storm(0.1))
    expect(bounded.again).toBeGreaterThan(100)
    expect(bounded.again).toBeLessThanOrEqual(0.1 * bounded.first + 100)
  })

  it('asks again when the refusal says to, where callers heed that', async () => {
    const pausesOf = async (scenario: Scenario) => {
      const { calls } = await simulate(unconfigured, { ...scenario, phases: hurried(scenario.phases), untilS: 1 }, 1)
      const again = calls.filter(({ attempt }) => attempt > 0)
      return again.reduce((sum, { arrivedAt }) => sum + arrivedAt, 0) / again.length
    }
    expect(await pausesOf(storm(0.1, true))).toBeGreaterThan((await pausesOf(storm(0.1))) + 100)
  })

  it('ends with what a subject throws that is no refusal', async () => {
    const faulty: Subject = {
      ...none,
      open: async () => ({ run: () => Promise.reject(new TypeError('faulty')), isRefusal: () => false }),
    }
    await expect(simulate(faulty, steady(1), 1)).rejects.toThrow(new TypeError('faulty'))
    expect(Date.now()).toBeGreaterThan(Date.UTC(2026, 0) + 3_600_000)
  })
})

/** Mean wait in an M/M/c queue, by the formula of Erlang (1917). */
const erlangWaitMs = (servers: number, serviceMs: number, load: number): number => {
  const offered = servers * load
  let blocked = 1
  for (let count = 1; count <= servers; count += 1) blocked = (offered * blocked) / (count + offered * blocked)
  const waits = blocked / (1 - load * (1 - blocked))
  return (waits * serviceMs) / (servers * (1 - load))
}
