import { request } from 'undici'
import { CommandError } from '../commandError.ts'
import { isRecord } from '../wire/judge.ts'
import { shortened } from '../wire/ending.ts'
import type { CpuProfile } from './cpuProfile.ts'

/**
 * Asks the ops listener of a running server for a profile of what it does.
 *
 * @param url where it listens: `http://127.0.0.1:9464`
 * @throws CommandError with what it says when it gives none
 */
export const profileOfListener = async (url: URL, seconds: number, token: string | undefined): Promise<CpuProfile> => {
  const asked = new URL(`/profile/cpu?seconds=${seconds}`, url)
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  let status: number
  let text: string
  try {
    const answer = await request(asked, { method: 'POST', headers: { 'x-millrace': '1', ...authorization } })
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
