import { json, sentence } from '../listener/answer.ts'
import type { Answer } from '../listener/answer.ts'
import type { Asked, Part } from '../listener/part.ts'
import { numberOf } from '../profile/asked.ts'
import { attachment } from '../profile/attachment.ts'
import type { SlowCalls } from './slowCalls.ts'

/** The slow calls, for who may read; their profiles, for those who know the token. */
export const slowCallsPart = (slow: SlowCalls): Part => {
  const profile = (request: Asked): Answer => {
    const id = numberOf(request, 'id', { min: 1, max: Number.MAX_SAFE_INTEGER, otherwise: 0 })
    if (typeof id !== 'number') return id
    const found = slow.profileOf(id)
    if (found === undefined) return sentence(404, 'There is no profile of this call: /slow-calls says which have one.')
    return { type: 'application/json', headers: attachment('cpuprofile'), body: JSON.stringify(found) }
  }
  return {
    routes: [
      { path: '/slow-calls', guard: 'read', handle: () => json(slow.answer) },
      { path: '/slow-calls/profile', method: 'POST', guard: 'act', handle: profile },
    ],
    open: () => slow.begin(),
    close: () => slow.end(),
  }
}
