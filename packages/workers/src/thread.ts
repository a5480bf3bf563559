import { workerData } from 'node:worker_threads'
import { imported } from './imported.ts'
import { takeMarked } from './thread/moving.ts'
import type { Fault, Order, Reply, TaskOrder } from './thread/protocol.ts'
import { packed } from './thread/thrown.ts'
import { found, NoExport } from './thread/work.ts'

export { move } from './thread/moving.ts'

/** What a thread is started with. */
const { modules = [] } = ((workerData as { millrace?: unknown } | null)?.millrace ?? {}) as {
  readonly modules?: readonly string[]
}

// A thread counts as started when this is done: its first task imports nothing.
const warmUp = await Promise.allSettled(modules.map((url) => imported(url)))

/** Runs one task in this thread, and never throws. Called by the pool; nothing for anybody else. */
export default async function perform(order: Order): Promise<Reply> {
  if (order.kind === 'warm') return warmed()
  let work
  try {
    work = await found(order)
  } catch (error) {
    return { fault: error instanceof NoExport ? 'export' : 'module', thrown: packed(error), runMs: 0 }
  }
  const began = performance.now()
  try {
    const value = await work(...order.args)
    if (losesErrors) tried(value)
    return await sent({ value, runMs: performance.now() - began })
  } catch (error) {
    takeMarked()
    return { fault: faultOf(order, error), thrown: packed(error), runMs: performance.now() - began }
  }
}

// What a thread ends with says nothing there of a result that cannot be sent: it is tried before, at the price of a copy.
const losesErrors = Number.parseInt(process.versions.node, 10) < 24

class Unsendable extends Error {}

const tried = (value: unknown): void => {
  try {
    structuredClone(value)
  } catch (error) {
    throw new Unsendable((error as Error).message)
  }
}

const warmed = (): Reply => {
  const failed = warmUp.findIndex(({ status }) => status === 'rejected')
  if (failed === -1) return { value: undefined, runMs: 0 }
  const { reason } = warmUp[failed] as PromiseRejectedResult
  return { fault: 'module', thrown: packed(reason), runMs: 0, module: modules[failed] }
}

const faultOf = ({ kind }: TaskOrder, error: unknown): Fault =>
  error instanceof Unsendable
    ? 'result'
    : kind === 'source' && error instanceof ReferenceError && error.message.endsWith(' is not defined')
      ? 'closure'
      : 'threw'

const sent = async (reply: Reply): Promise<Reply> => {
  const buffers = takeMarked()
  if (buffers.length === 0) return reply
  const { move, transferableSymbol, valueSymbol } = await import('piscina')
  return move({ [transferableSymbol]: buffers, [valueSymbol]: reply } as never) as never
}
