import { faults as httpFaults } from './http/faults.ts'
import { web } from './http/world.ts'
import { faults as postgresFaults } from './postgres/faults.ts'
import { database } from './postgres/world.ts'
import { clusterFaults, faults as redisFaults, groupFaults } from './redis/faults.ts'
import { clustered, single, watched } from './redis/world.ts'
import type { Subject, World } from './subject.ts'

const subject = <Here extends World>(one: Subject<Here>): Subject => one

/** All that servers under test lean on. */
export const subjects: readonly Subject[] = [
  subject({ name: 'PostgreSQL', unharmed: [], faults: postgresFaults, open: database }),
  subject({ name: 'HTTP', unharmed: [], faults: httpFaults, open: web }),
  subject({ name: 'Redis', unharmed: ['double'], faults: redisFaults, open: single }),
  subject({ name: 'Redis, sentinel', unharmed: ['double'], faults: groupFaults, open: watched }),
  subject({ name: 'Redis, cluster', unharmed: ['double'], faults: clusterFaults, open: clustered }),
]
