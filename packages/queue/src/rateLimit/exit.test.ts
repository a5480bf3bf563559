import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

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
