import type { EdgeStats } from '../endpoint.ts'

/** What a supervisor tells a worker. */
export type Order =
  | { readonly millrace: 'close' }
  | { readonly millrace: 'stats'; readonly id: number }
  | { readonly millrace: 'changed'; readonly change: Change }

/** What a worker tells its supervisor. */
export type Word =
  | { readonly millrace: 'ready'; readonly url: string }
  | { readonly millrace: 'stats'; readonly id: number; readonly stats: EdgeStats }
  | { readonly millrace: 'changed'; readonly change: Change }

/** Something of `Notifier` that happened in one process, for the others. */
export type Change =
  | { readonly kind: 'toolsChanged' | 'promptsChanged' | 'resourcesChanged' }
  | { readonly kind: 'resourceUpdated'; readonly uri: string }

/** A message of ours among all that a program may send between its processes. */
export const isOurs = (message: unknown): message is { readonly millrace: string } =>
  message !== null && typeof message === 'object' && typeof (message as { millrace?: unknown }).millrace === 'string'
