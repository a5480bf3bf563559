import { fileURLToPath } from 'node:url'
import type { MemoryReading } from 'millrace'
import { afterAll, describe, expect, it } from 'vitest'
import { controlGroup } from './controlGroup.ts'
import type { ControlGroup } from './controlGroup.ts'

const mebibyte = 2 ** 20
const limit = 300 * mebibyte
const group = controlGroup(limit)
if (group === undefined) process.stdout.write('Control groups cannot be made here: skipped what runs in one.\n')
afterAll(() => group?.remove())

const reads = new URL('./reads.ts', import.meta.url)
const leaking = new URL('./leaking.ts', import.meta.url)

const run = async (program: URL, ...args: readonly string[]) => {
  const all = ['--conditions=@millrace/source', fileURLToPath(program), ...args]
  const ended = await (group as ControlGroup).run(all)
  return { ...ended, said: (): unknown => JSON.parse(ended.out || `"${ended.err}"`) }
}

describe.skipIf(group === undefined)('in a control group with a limit', { timeout: 120_000 }, () => {
  it('a guard reads what the group takes and may take, without files that the system could let go of', async () => {
    const { said } = await run(reads, '150')
    const { atFirst, withFiles, withBytes } = said() as { readonly [when: string]: MemoryReading }
    const taken = (one: MemoryReading | undefined): number => (one?.groupUsedBytes ?? NaN) / mebibyte
    expect(atFirst?.groupLimitBytes).toBe(limit)
    expect(Math.abs(taken(withFiles) - taken(atFirst))).toBeLessThan(30)
    expect(taken(withBytes) - taken(withFiles)).toBeGreaterThan(140)
    expect(taken(withBytes) - taken(withFiles)).toBeLessThan(180)
  })

  it('a server whose cache has no bounds ends, and with a guard that is told nothing it lives', async () => {
    const args = ['group', '300'] as const
    // By the system, or by V8, which takes no more than a part of what the group may for its heap.
    const bare = await run(leaking, 'bare', ...args)
    expect(['SIGKILL', 'SIGABRT']).toContain(bare.signal)
    const { said, signal } = await run(leaking, 'guarded', ...args)
    const { ok, refused, levels } = said() as {
      readonly ok: number
      readonly refused: number
      readonly levels: string[]
    }
    expect(signal).toBe(null)
    expect(levels).toContain('elevated')
    expect(ok).toBeGreaterThan(refused)
  })
})
