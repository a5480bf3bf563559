import type { Letter } from '@millrace/core'

/** What a supervisor tells a worker. */
export type Order =
  | { readonly millrace: 'close' }
  | { readonly millrace: 'leave' }
  | { readonly millrace: 'changed'; readonly change: Change }
  | Letter

/** What a worker tells its supervisor: where it listens, that it has answered its last call, what has changed. */
export type Word =
  | { readonly millrace: 'ready'; readonly url: string }
  | { readonly millrace: 'done' }
  | { readonly millrace: 'changed'; readonly change: Change }
  | Letter

/** Something of `Notifier` that happened in one process, for the others. */
export type Change =
  | { readonly kind: 'toolsChanged' | 'promptsChanged' | 'resourcesChanged' }
  | { readonly kind: 'resourceUpdated'; readonly uri: string }

/** A message of ours among all that a program may send between its processes. */
export const isOurs = (message: unknown): message is { readonly millrace: string } =>
  message !== null && typeof message === 'object' && typeof (message as { millrace?: unknown }).millrace === 'string'
