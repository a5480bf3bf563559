import { expect, it } from 'vitest'
import { deferred } from './deferred.ts'

it('a deferred promise ends when and as it is told', async () => {
  const [kept, broken] = [deferred<number>(), deferred()]
  const ended: string[] = []
  void kept.promise.then(() => ended.push('kept'))
  await Promise.resolve()
  expect(ended).toEqual([])
  kept.resolve(1)
  broken.reject(new Error('no'))
  expect(await kept.promise).toBe(1)
  await expect(broken.promise).rejects.toThrow('no')
})
