import type { Flip, Flipping } from '../dashboard/live/switch.ts'
import type { Workers } from './workers.ts'

/**
 * Flips circuits in all processes. What is isolated is isolated in those to come as well, which know nothing of it: a
 * process that crashes must not let through what somebody has stopped.
 */
export const switchOfAll = (workers: Workers): Flipping => {
  const isolated = new Map<string, readonly number[]>()
  const tell = (asked: Flip, owners: readonly number[]) => workers.askAll('breaker', { ...asked, owners })
  workers.add({
    ready: (worker) => {
      for (const [key, owners] of isolated) {
        // One that does not answer is no worse off than before, and is seen to be.
        workers.ask(worker, 'breaker', { key, to: 'isolated', owners }).catch(() => {})
      }
    },
  })
  return async (asked) => {
    const known = await workers.askAll('circuit', { key: asked.key })
    const found = known.flatMap((one) => ('answer' in one ? one.answer.owners : []))
    const owners = [...new Set([...found, ...(isolated.get(asked.key) ?? [])])]
    if (owners.length === 0) return undefined
    if (asked.to === 'isolated') isolated.set(asked.key, owners)
    else isolated.delete(asked.key)
    const said = await tell(asked, owners)
    const late = said.flatMap((one) => ('fault' in one ? [one.worker.place] : []))
    const state = said.flatMap((one) => ('answer' in one ? [one.answer.state] : []))[0]
    return { state, ...(late.length === 0 ? {} : { late }) }
  }
}
