import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

it('importing millrace does not load the command', () => {
  const source = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context) } })
    await import('millrace')
    console.log(JSON.stringify({ count: loaded.length, found: loaded.filter((url) => /packages\\/command\\/|@millrace\\/command|commander/.test(url)) }))`
  const flags = ['--conditions=@millrace/source', '--input-type=module', '--eval', source]
  const { stdout } = spawnSync(process.execPath, flags, { cwd: import.meta.dirname, encoding: 'utf8' })
  const { count, found } = JSON.parse(stdout) as { count: number; found: string[] }
  expect(count).toBeGreaterThan(50)
  expect(found).toEqual([])
})
