import type { Health } from '@millrace/core'

/** What is asked of what the server leans on: `lifespan()` gives one, and so does `serve()`. */
export interface LifeSource {
  /** Whether calls are wanted. */
  readonly isReady: boolean
  /** Where it is, in a word. @default 'ready' or 'not ready' */
  readonly state?: string
  /** How its resources are. */
  health?(): Promise<{ readonly resources: { readonly [name: string]: Health & { readonly elapsedMs?: number } } }>
  /** Resolves when it has stopped: the listener then closes. */
  readonly stopped?: Promise<void>
}

/** Whether calls are wanted, and why not. */
export interface Readiness {
  readonly isReady: boolean
  readonly state: string
}

/** @param life undefined: nothing has to be waited for */
export const readinessOf = (life: LifeSource | undefined): Readiness => {
  if (life === undefined) return { isReady: true, state: 'ready' }
  const { isReady, state = isReady ? 'ready' : 'not ready' } = life
  return { isReady, state }
}
