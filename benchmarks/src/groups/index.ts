import type { Group } from '../case.ts'
import { group as attach } from './attach.ts'
import { group as batch } from './batch.ts'
import { group as cache } from './cache.ts'
import { group as calls } from './calls.ts'
import { group as chain } from './chain.ts'
import { group as core } from './core.ts'
import { group as disk } from './disk.ts'
import { group as doors } from './doors.ts'
import { group as full } from './full.ts'
import { group as http } from './http.ts'
import { group as httpPeers } from './httpPeers.ts'
import { group as imports } from './import.ts'
import { group as key } from './key.ts'
import { group as lists } from './lists.ts'
import { group as metrics } from './metrics.ts'
import { group as pg } from './pg.ts'
import { group as processes } from './processes.ts'
import { group as queue } from './queue.ts'
import { group as redis } from './redis.ts'
import { group as resilience } from './resilience.ts'
import { group as start } from './start.ts'
import { group as undici } from './undici.ts'
import { group as workers } from './workers.ts'

/** All groups, in the order of the table; each is in the file of its name. */
export const groups: readonly Group[] = [
  chain,
  attach,
  lists,
  calls,
  cache,
  key,
  batch,
  queue,
  resilience,
  metrics,
  pg,
  redis,
  disk,
  undici,
  workers,
  doors,
  full,
  imports,
  start,
  core,
  http,
  httpPeers,
  processes,
]
