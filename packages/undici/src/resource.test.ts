import { manualClock } from '@millrace/core/testing'
import { expect, test } from 'vitest'
import { httpPool } from './httpPool.ts'

test('as a resource it is started, checked and closed', async () => {
  const context = { signal: new AbortController().signal, clock: manualClock() }
  const resource = httpPool({ name: 'api' })
  const pool = await resource.start({}, context)
  expect(pool.stats()).toMatchObject({ name: 'api', requests: 0 })
  expect(await resource.check?.(pool, context)).toMatchObject({ status: 'healthy' })
  await resource.close?.(pool)
  await expect(pool.request('http://name.test')).rejects.toMatchObject({ code: 'ERR_POOL_CLOSED' })
})
