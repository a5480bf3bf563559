import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const program = fileURLToPath(new URL('./leaking.ts', import.meta.url))

interface Leaked {
  readonly ok: number
  readonly refused: number
  readonly entries: number
  readonly peakBytes: number
  readonly levels: readonly string[]
}

const leaked = async (mode: 'bare' | 'guarded', limit: number, asked: number): Promise<Leaked> => {
  const args = ['--conditions=@millrace/source', program, mode, `${limit}`, `${asked}`]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout) as Leaked
}

const limit = 400
const asked = 400
const calls = asked * 16

it('a cache without bounds takes more than there may be, and with a guard of memory it does not', async () => {
  const [bare, guarded] = [await leaked('bare', limit, asked), await leaked('guarded', limit, asked)]
  const peaks = [bare, guarded].map(({ peakBytes }) => Math.round(peakBytes / 2 ** 20))
  process.stdout.write(`peak of ${limit} MiB: ${peaks[0]} MiB without a guard, ${peaks[1]} MiB with one\n`)
  expect(bare).toMatchObject({ entries: bare.ok, levels: [] })
  expect(peaks[0]).toBeGreaterThan(1.5 * limit)
  expect(peaks[1]).toBeLessThan(limit)
  expect(guarded.levels).toContain('elevated')
  // Nothing is lost of it but a moment's calls: the rest goes on.
  expect(guarded.ok).toBeGreaterThan(0.5 * calls)
}, 120_000)
