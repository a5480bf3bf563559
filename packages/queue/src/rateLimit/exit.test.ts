import { execFileSync } from 'node:child_process'
import { subscribe } from '@millrace/core'
import { expect, it } from 'vitest'
import { settle, worldOf } from '../fixtures/world.ts'
import { rateLimit } from '../index.ts'

const index = JSON.stringify(new URL('../index.ts', import.meta.url).href)

it('a process that has nothing else to do waits for the turn of a call, and for nothing beyond it', () => {
  const program = `
    import { rateLimit } from ${index}
    import { fakeCall } from '@millrace/core/testing'
    const own = rateLimit({ calls: 1, perMs: 30, maxWaitMs: 10_000 })
    const next = async () => ({ content: [] })
    own(fakeCall(), next)
    own(fakeCall(), next).then(() => console.log('answered'))`
  const argv = ['--conditions=@millrace/source', '--input-type=module', '--eval', program]
  expect(execFileSync(process.execPath, argv, { encoding: 'utf8', cwd: import.meta.dirname })).toBe('answered\n')
})

it('nothing holds the process when whoever is told of a call makes the next one at once', async () => {
  const handles = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const { clock, handler, send } = worldOf(rateLimit({ calls: 1, maxWaitMs: 1000 }))
  const before = handles()
  const stop = subscribe('queue', ({ type }) => {
    if (type === 'rateLimit.started' && handler.calls.length < 3) send()
  })
  send()
  send()
  for (let n = 0; n < 5; n += 1) {
    clock.advance(1000)
    await settle()
  }
  stop()
  expect(handler.calls.length).toBeGreaterThan(3)
  expect([handles() - before, clock.timers]).toEqual([0, 0])
})
