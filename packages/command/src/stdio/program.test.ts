import { expect, it } from 'vitest'
import { benched, run } from '../fixtures/run.ts'

/** A program that answers every request with a result, after this. */
const answering = (before: string): string[] => [
  '--',
  process.execPath,
  '-e',
  `${before}
   const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n')
   require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
     const { id, method, result, error } = JSON.parse(line)
     if (method === undefined) process.stderr.write(id + ' ' + JSON.stringify(result ?? error) + '\\n')
     else if (method === 'die') process.exit(3)
     if (method === 'initialize') for (const asked of ['ping', 'roots/list']) say({ id: asked, method: asked })
     if (method === 'initialize') say({ method: 'notifications/message' })
     if (method !== undefined && id !== undefined) say({ id, result: { protocolVersion: '2025-03-26' } })
   })`,
]

it('a program that asks its client something gets an answer', async () => {
  const report = await benched(['--method', 'die', ...answering('')])
  expect(report.protocol).toBe('2025-03-26')
  expect(report.notes.join()).toContain(
    'saying: ping {} roots/list {"code":-32601,"message":"This client only calls."}',
  )
})

it('a program that does not end when it should is ended', async () => {
  const stubborn = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6);"
  const began = performance.now()
  const { code, out } = await run(['bench', '--method', 'x', '-d', '100ms', '-w', '0', ...answering(stubborn)])
  expect([code, out]).toEqual([0, expect.stringContaining('16 at a time')])
  expect(performance.now() - began).toBeGreaterThan(3900)
})
