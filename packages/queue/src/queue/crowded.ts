import type { QueueRejection } from '@millrace/core'
import type { Rank } from '../priority.ts'
import type { QueuePlan } from './plan.ts'
import type { Waiter } from './waiter.ts'
import type { WaitingRoom } from './waitingRoom.ts'

/** Why a call may not even wait, or in whose place it may. Undefined where there is room for one more. */
export const crowded = (
  room: WaitingRoom,
  { maxQueued, healthyQueued }: QueuePlan,
  rank: Rank,
  key: string,
  now: number,
): QueueRejection | Waiter | undefined => {
  const { size } = room
  if (rank > 0 && size >= healthyQueued && size < maxQueued) return 'unhealthy'
  return size < maxQueued ? undefined : (room.givesWay(rank, key, now) ?? 'full')
}
