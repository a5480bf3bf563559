import { setImmediate as nextTurn } from 'node:timers/promises'
import { loadSignals, queue } from '@millrace/queue'
import { describe, expect, it } from 'vitest'
import { doors } from '../fixtures/doors.ts'
import { said, text } from '../fixtures/world.ts'

/** What calls ask for: `0` keeps the processor busy, `1` matters most, `2` least. */
const priority = ({ input }: { readonly input: unknown }) =>
  (input as { readonly n: number }).n === 2 ? ('low' as const) : ('critical' as const)

const burn = (ms: number) => {
  for (const until = performance.now() + ms; performance.now() < until;);
}

describe.each(doors)('loadSignals by $door on SDK $line', ({ open }) => {
  it('refuse what matters least while the processor is saturated, and let it in again afterwards', async () => {
    const load = loadSignals({ sampleMs: 100, random: () => 0 })
    const client = await open({
      middleware: [queue({ load, priority })],
      run: async ({ n }) => {
        if (n === 0) burn(300)
        return text(n)
      },
    })
    const saturate = async () => {
      await client.call({ n: 0 })
      // The timer that measures the delay has to have its turn.
      for (let turn = 0; turn < 3; turn += 1) await nextTurn()
    }
    expect(await client.call({ n: 2 })).toMatchObject(text(2))
    // How late the event loop is, is measured from one turn to the next: the first says little yet.
    await saturate()
    for (let round = 0; round < 3; round += 1) {
      await saturate()
      expect(await client.call({ n: 1 })).toMatchObject(text(1))
      expect(said(await client.call({ n: 2 }))).toContain('because the server has more work than it can do')
    }
    load.stop()
    expect(await client.call({ n: 2 })).toMatchObject(text(2))
  })
})
