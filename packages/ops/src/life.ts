import type { Clock, Health } from '@millrace/core'

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

/** What the server leans on, which may not be there yet. */
export class Life {
  readonly #give: (() => LifeSource | undefined) | undefined

  /** @param give undefined: nothing has to be waited for */
  constructor(give: (() => LifeSource | undefined) | undefined) {
    this.#give = give
  }

  /** @throws what the function throws that was to give it */
  source(): LifeSource | undefined {
    return this.#give?.()
  }

  /** Where nothing is there yet that was promised, no calls are wanted. */
  readiness(): Readiness {
    if (this.#give === undefined) return { isReady: true, state: 'ready' }
    const source = this.#there()
    if (source === undefined) return { isReady: false, state: 'idle' }
    const { isReady, state = isReady ? 'ready' : 'not ready' } = source
    return { isReady, state }
  }

  /** Calls once it has stopped, also when it is made later. Returns what ends the looking out for it. */
  onStopped(run: () => void, clock: Clock): () => void {
    if (this.#give === undefined) return () => {}
    const source = this.#there()
    if (source !== undefined) {
      void source.stopped?.then(run, run)
      return () => {}
    }
    const timer = clock.after(lookMs, () => {
      end = this.onStopped(run, clock)
    })
    let end = (): void => timer.cancel()
    return () => end()
  }

  #there(): LifeSource | undefined {
    try {
      return this.source()
    } catch {
      // `() => app`, asked before the line that makes it: `/health/detailed` says what was thrown.
      return undefined
    }
  }
}

/** How often somebody looks whether it is there by now. */
const lookMs = 1_000
