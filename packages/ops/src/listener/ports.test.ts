import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { ask } from '../fixtures/ask.ts'
import { ops } from '../index.ts'
import { portsOf } from './ports.ts'

it('a process that shares its program with nobody has the port that was given', () => {
  expect(portsOf(9464)).toEqual([9464])
  expect(portsOf(0, true)).toEqual([0])
})

it('a worker has one of those above it, as far as there are ports', () => {
  expect(portsOf(9464, true).slice(0, 3)).toEqual([9465, 9466, 9467])
  expect(portsOf(65_534, true)).toEqual([65_535])
})

it('workers of a cluster listen side by side, each at a port of its own', async () => {
  const free = ops({ port: 0 })
  const { url } = await free.start()
  await free.close()
  const port = Number(url.port)
  const program = join(import.meta.dirname, '..', 'fixtures', 'clustered.ts')
  const child = spawn(process.execPath, ['--conditions=@millrace/source', program], {
    env: { ...process.env, OPS_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stdout.on('data', (piece) => (said += String(piece)))
  await vi.waitFor(() => expect(said.match(/\n/g)).toHaveLength(3), 15_000)
  const [first, ...workers] = said.trim().split('\n').toSorted()
  expect(first).toBe(`primary ${port}`)
  const ports = workers.map((line) => Number(line.split(' ')[1]))
  expect(new Set([port, ...ports]).size).toBe(3)
  for (const one of ports) {
    expect(one).toBeGreaterThan(port)
    expect((await ask(new URL(`http://127.0.0.1:${one}/`), '/health')).status).toBe(200)
  }
})
