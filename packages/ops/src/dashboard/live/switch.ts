import type { IncomingMessage } from 'node:http'
import { json, sentence } from '../../listener/answer.ts'
import type { Answer } from '../../listener/answer.ts'

/** What `breaker()` gives: circuits by key, and what their owner can do with one. */
export interface BreakerSwitch {
  keys(): readonly string[]
  state(key: string): { readonly type: string } | undefined
  isolate(key: string): void
  reset(key: string): void
}

/** Isolates or closes the circuit that a request names: `?key=…&to=isolated` or `closed`. */
export const switchOf =
  (breakers: readonly BreakerSwitch[]) =>
  ({ url = '/' }: Pick<IncomingMessage, 'url'>): Answer => {
    const { searchParams } = new URL(url, 'http://localhost')
    const key = searchParams.get('key') ?? ''
    const to = searchParams.get('to')
    if (to !== 'isolated' && to !== 'closed') return sentence(400, 'A breaker is switched to=isolated or to=closed.')
    const owners = breakers.filter((breaker) => breaker.keys().includes(key))
    if (owners.length === 0) return sentence(404, 'No breaker that ops was given has this key.')
    for (const breaker of owners) {
      if (to === 'isolated') breaker.isolate(key)
      else breaker.reset(key)
    }
    return json({ key, state: owners[0]?.state(key)?.type })
  }
