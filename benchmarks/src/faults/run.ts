import { setTimeout as sleep } from 'node:timers/promises'
import type { Call } from './calls.ts'
import { steadyLoad } from './load.ts'
import { afterS, beforeS } from './plan.ts'
import type { Outcome } from './report.ts'
import type { Fault, Kept, Subject, World } from './subject.ts'

/** Does all that there is to be done to one subject. @param from the first number that is asked for */
export const run = async (subject: Subject, faults: readonly Fault[], from: number): Promise<readonly Outcome[]> => {
  const world = await subject.open()
  const outcomes: Outcome[] = []
  try {
    // A server that has not worked yet has less in its memory than it will always have.
    await (await steadyLoad(world.serving.url, from, beforeS * 1_000)).end()
    await atRest(world)
    await world.kept()
    for (const fault of faults) {
      console.error(`${subject.name}: ${fault.name}`)
      outcomes.push(await struck(subject, world, fault, from + (outcomes.length + 1) * 10_000))
    }
    return outcomes
  } finally {
    await world.close()
  }
}

const struck = async (subject: Subject, world: World, fault: Fault, from: number): Promise<Outcome> => {
  await atRest(world)
  const before = await world.serving.state()
  const load = await steadyLoad(world.serving.url, from)
  await sleep(beforeS * 1_000)
  await fault.strike(world)
  const untilMs = performance.now()
  await sleep(afterS * 1_000)
  const calls = await load.end()
  const isQuiet = await atRest(world)
  const after = await world.serving.state()
  const { name: backend, unharmed } = subject
  const wrongRows = differing(calls, await world.kept())
  return { backend, name: fault.name, unharmed, calls, untilMs, wrongRows, before, after, isQuiet }
}

/** Waits until nobody uses a connection, and there are as many as are kept, on both sides. @returns whether that came */
const atRest = async ({ idle, serving, connections }: World): Promise<boolean> => {
  for (const giveUpAt = performance.now() + 15_000; performance.now() < giveUpAt; await sleep(50)) {
    const state = await serving.state()
    if (state.busy === 0 && state.connections === idle && (await connections()) === idle) return true
  }
  return false
}

/** Numbers that are said to be kept and are not there once, and those that nobody asked to keep or that are there twice. */
const differing = (calls: readonly Call[], kept: readonly Kept[]): number => {
  const asked = new Map(calls.filter(({ tool }) => tool === 'keep').map(({ n, kind }) => [n, kind]))
  const there = new Map(kept.map(({ n, times }) => [n, times]))
  const missing = [...asked].filter(([n, kind]) => kind === 'answered' && !there.has(n))
  const strange = [...there].filter(([n, times]) => times !== 1 || n === undefined || !asked.has(n))
  return missing.length + strange.length
}
