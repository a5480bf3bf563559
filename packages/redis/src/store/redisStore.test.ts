import { storeContract } from '@millrace/core/testing'
import { describe, it } from 'vitest'
import { world } from '../fixtures/world.ts'
import { redisStore } from './redisStore.ts'

const here = world()
const crowded = world({ maxmemory: '100mb', 'maxmemory-policy': 'allkeys-lru' })
let count = 0

describe.each([
  ['as JSON', here, { format: 'json' }],
  ['as MessagePack', here, { format: 'messagepack' }],
  ['compressed', here, { compressAboveBytes: 0 }],
  ['with leases', here, { leaseMs: 1_000 }],
  ['on a server that drops keys for want of room', crowded, {}],
] as const)('a store %s', (_, on, options) => {
  for (const { name, run } of storeContract((clock) => {
    count += 1
    return redisStore({ redis: on.open(), namespace: `contract-${count}`, clock, ...options })
  })) {
    it(name, run)
  }
})
