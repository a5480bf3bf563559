import { parentOf } from './call.ts'
import type { Call } from './call.ts'

/** How many attempts of a call wait. Calls are never changed, so it stands beside them. */
const waits = new WeakMap<Call, number>()

/**
 * Says of a call, to whoever is further out, that it waits for its turn and has not begun. Middleware that makes calls
 * wait says so, and takes it back by the same with −1 when the wait is over, whatever ended it.
 */
export const waitsForTurn = (call: Call, change: 1 | -1): void => {
  for (let at: Call | undefined = call; at !== undefined; at = parentOf(at)) {
    waits.set(at, (waits.get(at) ?? 0) + change)
  }
}

/**
 * Whether a call waits for its turn further in: who gives it up now gives up what never began. Of several attempts of one
 * call it is enough that one waits.
 */
export const isWaiting = (call: Call): boolean => (waits.get(call) ?? 0) > 0
