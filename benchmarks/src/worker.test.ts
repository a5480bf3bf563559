import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { group } from './fixtures/group.ts'
import type { Answer, Order } from './worker.ts'

const start = async (name: string): Promise<ChildProcess> => {
  const child = fork(fileURLToPath(new URL('worker.ts', import.meta.url)), [group.module, name], {
    execArgv: ['--conditions=@millrace/source'],
  })
  expect(await once(child, 'message')).toEqual([{ type: 'ready' } satisfies Answer, undefined])
  return child
}

const endless: Order = { type: 'warmUp', warmUpMs: 1e9, sampleMs: 5 }

describe('a worker ends with its parent', { timeout: 300_000 }, () => {
  // For a process, a parent that was killed is a channel that has closed.
  it('while it works and while it waits', async () => {
    for (const name of ['works', 'never answers']) {
      const child = await start(name)
      child.send(endless)
      const exit = once(child, 'exit')
      child.disconnect()
      expect(await exit).toEqual([0, null])
    }
  })

  it('while nothing is asked of it', async () => {
    const child = await start('works')
    const exit = once(child, 'exit')
    child.disconnect()
    expect(await exit).toEqual([0, null])
  })
})
