import { peer } from '../case.ts'
import primes from './tasks/primes.ts'

/** Runs a task of `tasks` in one of two threads. */
export type InThread = (n: number) => Promise<unknown>

const threads = 2

const file = (task: string): URL => new URL(`./tasks/${task}.ts`, import.meta.url)

/** Ours, with every limit that it has by default. */
export const ours = async (task: string): Promise<InThread> => {
  const { workers } = await import('@millrace/workers')
  const cpu = await workers({ minThreads: threads, maxThreads: threads, modules: [file(task)] }).open()
  return cpu.offload<(n: number) => unknown>(file(task))
}

/** Ours, for a caller who may leave. */
export const oursWithin = async (task: string): Promise<InThread> => {
  const run = (await ours(task)) as (n: number, within: AbortSignal) => Promise<unknown>
  const { signal } = new AbortController()
  return (n) => run(n, signal)
}

/** The library that ours stands on. */
export const piscina = async (task: string): Promise<InThread> => {
  const { Piscina } = await peer(() => import('piscina'))
  const pool = new Piscina({ filename: file(task).href, minThreads: threads, maxThreads: threads })
  return (n) => pool.run(n)
}

/** A smaller fork of it. */
export const tinypool = async (task: string): Promise<InThread> => {
  const { Tinypool } = await peer(() => import('tinypool'))
  const pool = new Tinypool({ filename: file(task).href, minThreads: threads, maxThreads: threads })
  return (n) => pool.run(n)
}

/** No thread at all: the event loop gets its turn between two tasks. */
export const inline = async (): Promise<InThread> => async () => {
  const count = primes()
  await new Promise(setImmediate)
  return count
}
