import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

const index = JSON.stringify(new URL('../index.ts', import.meta.url).href)

it('a script that only awaits a call that hangs ends before its timeout', () => {
  const program = `
    import { timeout } from ${index}
    import { fakeCall } from '@millrace/core/testing'
    await timeout({ timeoutMs: 60_000 })(fakeCall(), () => new Promise(() => {}))`
  const argv = ['--conditions=@millrace/source', '--input-type=module', '--eval', program]
  expect(spawnSync(process.execPath, argv, { cwd: import.meta.dirname, timeout: 30_000 }).status).toBe(13)
})
