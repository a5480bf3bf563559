import { expect, it } from 'vitest'
import { collectGarbage } from './collector.ts'

it('what nobody holds any more is gone when it has collected', async () => {
  let held: object | undefined = { bytes: Buffer.alloc(1000) }
  const gone = new WeakRef(held)
  held = undefined
  for (let n = 0; n < 3; n += 1) await collectGarbage()
  expect([held, gone.deref()]).toEqual([undefined, undefined])
})
