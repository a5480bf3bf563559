import { keepAlive } from '@millrace/core'

/** The same promise; the process does not end for want of work before it has settled. */
export const keptAlive = <Value>(work: Promise<Value>): Promise<Value> => {
  const letGo = keepAlive()
  work.then(letGo, letGo)
  return work
}
