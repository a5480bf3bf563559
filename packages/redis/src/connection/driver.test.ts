import { expect, onTestFinished, test, vi } from 'vitest'
import { driver } from './driver.ts'

test('without ioredis a start says what to install', async () => {
  vi.doMock(import('ioredis'), () => {
    throw new Error('not there')
  })
  onTestFinished(() => vi.doUnmock('ioredis'))
  await expect(driver()).rejects.toThrow('Redis takes the package ioredis: npm install ioredis')
})
