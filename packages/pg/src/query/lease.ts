import type { Connection } from '../connection/connection.ts'
import { tooLate } from '../errors.ts'
import type { Member } from '../pool/member.ts'
import type { Pool } from '../pool/pool.ts'
import type { Scope } from './scope.ts'

/** A connection to keep for several queries; whoever gets it gives it back. */
export const lease = (pool: Pool<Connection>, scope: Scope): Promise<Member<Connection>> =>
  new Promise((resolve, reject) => {
    const { remainingMs } = scope
    if (scope.isAborted) return reject(scope.reason)
    if (remainingMs <= 0) return reject(tooLate())
    const member = pool.take()
    if (member !== undefined) return resolve(member)
    const stops: Array<(() => void) | undefined> = []
    const end = (): void => stops.pop()?.()
    const waiter = {
      granted: (granted: Member<Connection>) => {
        end()
        resolve(granted)
      },
      refused: (error: unknown) => {
        end()
        reject(error)
      },
    }
    const place = pool.wait(waiter, remainingMs)
    if (place === undefined) return
    stops.push(
      scope.onAbort((reason) => {
        if (pool.leave(place)) waiter.refused(reason)
      }),
    )
  })
