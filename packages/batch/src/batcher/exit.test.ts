import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

const index = JSON.stringify(new URL('../index.ts', import.meta.url).href)

it('a process that has nothing else to do sends what was taken, then ends', () => {
  const program = `
    import { batcher } from ${index}
    const mails = batcher(async (items) => items.map((to) => console.log(to)), { maxWaitMs: 20 })
    void mails.add('ann')
    void mails.add('bob')`
  const argv = ['--conditions=@millrace/source', '--input-type=module', '--eval', program]
  expect(execFileSync(process.execPath, argv, { encoding: 'utf8' })).toBe('ann\nbob\n')
})
