import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

const index = JSON.stringify(new URL('../index.ts', import.meta.url).href)

it('a process that has nothing else to do waits for the next attempt', () => {
  const program = `
    import { retry } from ${index}
    import { fakeCall } from '@millrace/core/testing'
    let left = 1
    const next = async () => {
      if (left-- > 0) throw new Error('broken')
      return { content: [] }
    }
    const call = fakeCall({ traits: { readOnly: true } })
    retry({ delaysMs: [20] })(call, next).then(() => console.log('answered'))`
  const argv = ['--conditions=@millrace/source', '--input-type=module', '--eval', program]
  expect(execFileSync(process.execPath, argv, { encoding: 'utf8', cwd: import.meta.dirname })).toBe('answered\n')
})
