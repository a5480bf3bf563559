import { expect, onTestFinished, test, vi } from 'vitest'
import { driver } from './driver.ts'

test('without pg a start says what to install', async () => {
  vi.doMock(import('pg'), () => {
    throw new Error('not there')
  })
  onTestFinished(() => vi.doUnmock('pg'))
  await expect(driver()).rejects.toThrow('PostgreSQL takes the package pg: npm install pg')
})
