import { expect, test } from 'vitest'
import { opened, taskFile } from './fixtures/open.ts'
import { move } from './thread.ts'
import type { filled, left, part, taken, whole } from './fixtures/tasks/buffers.ts'

const file = taskFile('buffers')

test('buffers in the arguments are moved when the task says which', async () => {
  const pool = await opened()
  const bytes = new Uint8Array(1000)
  const copied = pool.offload<typeof taken>(file, { export: 'taken' })
  expect([await copied(bytes), bytes.byteLength]).toEqual([1000, 1000])
  const moved = pool.offload<typeof taken>(file, {
    export: 'taken',
    transfer: (given) => [given.buffer as ArrayBuffer],
  })
  expect([await moved(bytes), bytes.byteLength]).toEqual([1000, 0])
})

test('a result is moved where the task says so, and copied where that is not possible', async () => {
  const pool = await opened({ maxThreads: 1 })
  const { pixels } = await pool.offload<typeof filled>(file, { export: 'filled' })(5000)
  expect([pixels.byteLength, pixels[4999]]).toEqual([5000, 7])
  expect(await pool.offload<typeof left>(file, { export: 'left' })()).toBe(0)
  expect(await pool.offload<typeof part>(file, { export: 'part' })()).toEqual(new Uint8Array(10))
  expect((await pool.offload<typeof whole>(file, { export: 'whole' })()).byteLength).toBe(3)
})

test('where no thread is involved nothing is moved', () => {
  const buffer = new ArrayBuffer(5)
  expect(move(buffer)).toBe(buffer)
  expect(structuredClone(move(buffer)).byteLength).toBe(5)
})
