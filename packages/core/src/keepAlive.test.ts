import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

const module = new URL('./keepAlive.ts', import.meta.url).href
const outputOf = (program: string): string =>
  execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })

it('keeps the process until it is let go', () => {
  const program = `
    import { keepAlive } from ${JSON.stringify(module)}
    const letGo = keepAlive()
    setTimeout(() => { console.log('done'); letGo() }, 20).unref()`
  expect(outputOf(program)).toBe('done\n')
})

it('lets the process end afterwards', () => {
  const program = `
    import { keepAlive } from ${JSON.stringify(module)}
    keepAlive()()
    setTimeout(() => console.log('never'), 1000).unref()`
  expect(outputOf(program)).toBe('')
})
