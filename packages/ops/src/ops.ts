import type { Resource } from '@millrace/core'
import { accessOf } from './listener/access.ts'
import { Listener } from './listener/listener.ts'
import { router } from './listener/router.ts'
import { settingsOf } from './options.ts'
import type { OpsOptions } from './options.ts'
import { partsOf } from './parts.ts'
import { openDesk } from './workers/desk.ts'
import { Workers } from './workers/workers.ts'

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
  const workers = new Workers(settings.workerMs)
  const parts = partsOf(settings, workers)
  const answer = router(parts, accessOf(settings.access))
  let opening: Promise<Opened> | undefined
  let closing: Promise<void> = Promise.resolve()
  const close = (): Promise<void> => {
    closing =
      opening?.then(
        (opened) => opened.close(),
        () => {},
      ) ?? closing
    opening = undefined
    return closing
  }
  const open = async (): Promise<Opened> => {
    const desk = await openDesk(settings)
    if (desk !== undefined) return desk
    const listener = await Listener.open(settings.place, answer, parts, settings.clock)
    workers.open(listener.url)
    // It has to say that the server stops for as long as that takes.
    const unfollow = settings.life.onStopped(() => void close(), settings.clock)
    return {
      url: listener.url,
      close: () => {
        unfollow()
        workers.close()
        return listener.close()
      },
    }
  }
  return {
    start: async () => {
      opening ??= open().catch((error: unknown) => {
        opening = undefined
        throw error
      })
      const { url } = await opening
      return { url }
    },
    close,
  }
}

/** A listener, or in a worker what there is instead. */
interface Opened extends Listening {
  close(): Promise<void>
}
