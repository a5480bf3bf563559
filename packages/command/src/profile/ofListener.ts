import { request } from 'undici'
import { CommandError } from '../commandError.ts'
import { heeding } from '../wire/heeding.ts'
import { isRecord } from '../wire/judge.ts'
import { shortened } from '../wire/ending.ts'
import type { CpuProfile } from './cpuProfile.ts'
import type { Inspected } from './inspected.ts'

/** A server that runs, as far as its ops listener lets it be inspected: for a time that is known before. */
export const inspectedOverListener = (profiling: () => Promise<CpuProfile>): Inspected => {
  let profile: Promise<CpuProfile>
  return {
    start: async () => {
      profile = profiling()
      // What goes wrong is told when the load is over.
      profile.catch(() => undefined)
    },
    stop: () => profile,
    close: () => {},
  }
}

/**
 * Asks the ops listener of a running server for a profile of what it does.
 *
 * @throws CommandError with what it says when it gives none
 */
export const profileOfListener = (options: Asked): Promise<CpuProfile> =>
  heeding(
    options.stop,
    () => {},
    () => asked(options),
  )

/** What is asked of an ops listener. */
interface Asked {
  /** Where it listens: `http://127.0.0.1:9464`. */
  readonly url: URL
  readonly seconds: number
  readonly token: string | undefined
  readonly stop: AbortSignal
}

const asked = async ({ url, seconds, token, stop }: Asked): Promise<CpuProfile> => {
  const path = new URL(`/profile/cpu?seconds=${seconds}`, url)
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  let status: number
  let text: string
  try {
    const answer = await request(path, {
      method: 'POST',
      headers: { 'x-millrace': '1', ...authorization },
      signal: stop,
    })
    status = answer.statusCode
    text = await answer.body.text()
  } catch (error) {
    throw new CommandError(`${url.href} cannot be reached: ${(error as Error).message}.`)
  }
  if (status === 401) throw new CommandError(`${url.href} does not know the token; give --token or OPS_TOKEN.`)
  if (status === 404) throw new CommandError(`${url.href} has no profiles: is that the address of ops()?`)
  let profile: unknown
  try {
    profile = JSON.parse(text)
  } catch {
    profile = undefined
  }
  if (status === 200 && isRecord(profile) && Array.isArray(profile['nodes'])) return profile as unknown as CpuProfile
  throw new CommandError(`${url.href} gave no profile: HTTP ${status}, ${shortened(text.slice(0, 1000))}`)
}
