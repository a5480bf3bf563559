import type { Resource } from '@millrace/core'
import { accessOf } from './listener/access.ts'
import { Listener } from './listener/listener.ts'
import { router } from './listener/router.ts'
import { settingsOf } from './options.ts'
import type { OpsOptions } from './options.ts'
import { partsOf } from './parts.ts'

/** A listener that listens. */
export interface Listening {
  /** Where it is, for instance `http://127.0.0.1:9464/`. */
  readonly url: URL
}

/** What an operator asks, on a port of its own: a resource for `lifespan`, or started and closed by hand. */
export interface Ops extends Resource<Listening, {}> {
  /**
   * Listens. Called again it gives what the first call gives.
   *
   * @throws Error in a sentence when the port is not to be had
   */
  start(): Promise<Listening>
  /** Listens no more. */
  close(): Promise<void>
}

/**
 * What an operator asks of a server, on a port of its own that keeps no process alive: `/health`, which depends on
 * nothing; `/ready`, which says whether the lifespan wants calls; `/health/detailed`, which asks everything how it is;
 * `/metrics`; and a live `/dashboard` of them. It listens on this machine alone unless there is a token, which is then
 * asked for at every request.
 *
 * @throws TypeError when an option makes no sense, or when others could reach it without a token
 */
export const ops = (options: OpsOptions = {}): Ops => {
  const settings = settingsOf(options)
  const parts = partsOf(settings)
  const answer = router(parts, accessOf(settings.access))
  let opening: Promise<Opened> | undefined
  let closing: Promise<void> = Promise.resolve()
  const close = (): Promise<void> => {
    closing = opening?.then(closed, () => {}) ?? closing
    opening = undefined
    return closing
  }
  const open = async (): Promise<Opened> => {
    const listener = await Listener.open(settings.place, answer, parts, settings.clock)
    // It has to say that the server stops for as long as that takes.
    return { listener, unfollow: settings.life.onStopped(() => void close(), settings.clock) }
  }
  return {
    start: async () => {
      opening ??= open().catch((error: unknown) => {
        opening = undefined
        throw error
      })
      const { listener } = await opening
      return { url: listener.url }
    },
    close,
  }
}

interface Opened {
  readonly listener: Listener
  /** Looks out for the end of the lifespan no more. */
  readonly unfollow: () => void
}

const closed = ({ listener, unfollow }: Opened): Promise<void> => {
  unfollow()
  return listener.close()
}
