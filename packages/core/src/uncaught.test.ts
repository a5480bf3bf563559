import { expect, it } from 'vitest'
import { uncaught } from './uncaught.ts'

it('gives the process the error itself, after what runs now has run to its end', async () => {
  const ofTheRunner = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  try {
    const error = new Error('lost')
    const seen: unknown[] = []
    const arrived = new Promise<void>((resolve) => {
      process.once('uncaughtException', (caught) => {
        seen.push(caught)
        resolve()
      })
    })
    uncaught(error)
    seen.push('went on')
    await arrived
    expect(seen).toEqual(['went on', error])
    expect(seen[1]).toBe(error)
  } finally {
    for (const listener of ofTheRunner) process.on('uncaughtException', listener)
  }
})
