import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const bin = join(import.meta.dirname, '../../packages/millrace/src/bin.ts')
const program = join(import.meta.dirname, 'program.ts')

it('a reader that goes early, as `| head` does, is no error', async () => {
  const words = ['bench', '-d', '300ms', '-w', '0', '-c', '1', '--tool', 'search', '--', process.execPath, program]
  const child = spawn(process.execPath, ['--conditions=@millrace/source', bin, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '--conditions=@millrace/source' },
  })
  child.stdout.destroy()
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  expect([code, complaints]).toEqual([0, ''])
})
