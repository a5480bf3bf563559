import type { Subject } from '../subject.ts'
import { cockatiel } from './cockatiel.ts'
import { none } from './none.ts'
import { opossum } from './opossum.ts'
import { configured, unconfigured } from './ours.ts'
import { pLimit } from './pLimit.ts'
import { pQueue } from './pQueue.ts'

/** Everything that is compared, in the order of the tables. */
export const subjects: readonly Subject[] = [none, pLimit, pQueue, cockatiel, opossum, unconfigured, configured]
