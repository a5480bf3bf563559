import { expect, it } from 'vitest'
import { breaker, wrap } from './index.ts'

it('a breaker around two handlers without a name has a circuit for each', async () => {
  const guard = breaker({ minCalls: 2 })
  const fails = wrap(guard)(async () => {
    throw new Error('down')
  })
  const works = wrap(guard)(async () => ({ content: [{ type: 'text', text: 'up' }] }))
  for (let round = 0; round < 2; round += 1) await expect(fails()).rejects.toThrow('down')
  expect(await fails()).toMatchObject({ isError: true })
  expect(await works()).toEqual({ content: [{ type: 'text', text: 'up' }] })
})
