import type { Clock } from '@millrace/core'
import type { Scope } from '../query/scope.ts'

/** Waits a while. @throws why the scope was aborted */
export const pause = (clock: Clock, ms: number, scope: Scope): Promise<void> =>
  new Promise((resolve, reject) => {
    if (scope.isAborted) return reject(scope.reason)
    const timer = clock.after(ms, () => {
      stop?.()
      resolve()
    })
    const stop = scope.onAbort((reason) => {
      timer.cancel()
      reject(reason)
    })
  })
