import { cached } from '@millrace/cache'
import type { Middleware } from '@millrace/core'

/** One way in which a fixture server is run. */
export interface Variant {
  /** The middleware of one server process, outermost first; nothing is attached when it is empty. */
  chain(): Middleware[]
  /** How often the suite runs against one server process: a later round meets what an earlier one has stored. */
  readonly rounds: number
  /** Whether calls have to be answered before they reach a handler. */
  readonly answers: boolean
  /** Whether the edge serves it, and not the SDK's own HTTP. */
  readonly isEdge?: boolean
}

// Longer than both rounds take.
const ttlMs = 600_000

/** The name of a variant. */
export type VariantName = 'bare' | 'pass-through' | 'caching' | 'edge' | 'edge-caching'

/** Every variant; each is compared with `bare`. */
export const variants: Record<VariantName, Variant> = {
  bare: { chain: () => [], rounds: 1, answers: false },
  'pass-through': { chain: () => [passThrough, passThrough, passThrough], rounds: 1, answers: false },
  caching: { chain: () => [everything()], rounds: 2, answers: true },
  edge: { chain: () => [passThrough], rounds: 1, answers: false, isEdge: true },
  'edge-caching': { chain: () => [everything()], rounds: 2, answers: true, isEdge: true },
}

const passThrough: Middleware = (call, next) => next(call)

// Without `tools`: its `ttlMs` alone covers every tool that says it is read-only.
const everything = (): Middleware => cached({ ttlMs, lists: ttlMs, resources: ttlMs, prompts: ttlMs })
