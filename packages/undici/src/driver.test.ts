import { expect, onTestFinished, test, vi } from 'vitest'
import { driver } from './driver.ts'

test('without undici a start says what to install', async () => {
  vi.doMock(import('undici'), () => {
    throw new Error('not there')
  })
  onTestFinished(() => vi.doUnmock('undici'))
  await expect(driver()).rejects.toThrow('An HTTP pool takes the package undici: npm install undici (7 on Node 20)')
})
