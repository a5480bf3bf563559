import type { Call, Result } from '../call.ts'
import type { Next } from '../middleware.ts'

/** One call that has reached a held handler and waits there. */
export interface HeldCall {
  readonly call: Call
  /** Answers it; with `{ content: [] }` when nothing is given. */
  resolve(result?: Result): void
  /** Fails it, with whatever is given. */
  reject(error: unknown): void
}

/** A handler that answers when the test says so. */
export interface Held {
  /** The handler: put it at the end of a chain. */
  readonly next: Next
  /** Every call that has arrived, in order of arrival, answered or not. */
  readonly calls: readonly HeldCall[]
  /** Resolves when `count` calls have arrived. */
  arrived(count: number): Promise<void>
}

/** A handler whose calls wait until the test answers them, which makes any interleaving a matter of order. */
export const held = (): Held => {
  const calls: HeldCall[] = []
  const waiting = new Set<{ readonly count: number; readonly resolve: () => void }>()
  return {
    calls,
    next: (call) =>
      new Promise<Result>((resolve, reject) => {
        calls.push({ call, resolve: (result = { content: [] }) => resolve(result), reject })
        for (const one of waiting) {
          if (calls.length < one.count) continue
          waiting.delete(one)
          one.resolve()
        }
      }),
    arrived: (count) =>
      new Promise((resolve) => {
        if (calls.length >= count) resolve()
        else waiting.add({ count, resolve })
      }),
  }
}
