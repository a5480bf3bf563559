import { setTimeout as sleep } from 'node:timers/promises'
import { lastingMs } from './plan.ts'
import type { Fault, Proxied, World } from './subject.ts'

/** Three times, a second apart. */
export const thrice =
  <Here extends World>(strike: (world: Here) => unknown): Fault<Here>['strike'] =>
  async (world) => {
    for (const pauseMs of [0, 1_000, 1_000]) {
      await sleep(pauseMs)
      await strike(world)
    }
  }

/** For a while. */
export const lasting =
  <Here extends World>(strike: (world: Here) => unknown, heal: (world: Here) => unknown): Fault<Here>['strike'] =>
  async (world) => {
    await strike(world)
    await sleep(lastingMs)
    await heal(world)
  }

/** A server that stops and starts, and one that dies and starts. */
export const restarts = <
  Here extends World & { stop(): Promise<void>; crash(): void; start(): Promise<void> },
>(): ReadonlyArray<Fault<Here>> => [
  {
    name: 'server restarted',
    strike: async ({ stop, start }) => {
      await stop()
      await start()
    },
  },
  {
    name: 'server killed, started after 1 s',
    strike: async ({ crash, start }) => {
      crash()
      await sleep(1_000)
      await start()
    },
  },
]

const heal = ({ proxy }: Proxied): Promise<void> => proxy.heal()

/** What a network does. */
export const network: ReadonlyArray<Fault<Proxied>> = [
  { name: 'frozen for 3 s', strike: lasting(({ proxy }) => proxy.freeze(), heal) },
  { name: 'connections reset, 3 times', strike: thrice(({ proxy }) => proxy.reset()) },
  { name: 'slowed by 200 ms each way for 3 s', strike: lasting(({ proxy }) => proxy.slow(200), heal) },
  { name: 'half-open, 3 times', strike: thrice(({ proxy }) => proxy.halfOpen()) },
  {
    name: 'refused for 3 s',
    strike: lasting(async ({ proxy }) => {
      await proxy.refuse()
      proxy.reset()
    }, heal),
  },
]
