import { setImmediate as nextTurn } from 'node:timers/promises'
import { hedge } from '@millrace/resilience'
import { describe, expect, it } from 'vitest'
import { doors } from '../fixtures/doors.ts'
import { aborted, gate, text } from '../fixtures/world.ts'

const reads = { readOnlyHint: true }

/** A hedge that has seen enough after one call and then asks again after a millisecond. */
const eagerly = { minSamples: 1, minDelayMs: 1, budgetRatio: 1 }

/** A tool whose first call is quick; of the attempts after that the test decides. */
const attempts = () => {
  const seen: Array<{ readonly signal: AbortSignal; readonly answer: (value: string) => void }> = []
  const second = gate()
  const run = async ({ n }: { readonly n?: number }, signal: AbortSignal) => {
    if (n === 0) return text('warm')
    const { promise, open } = gate<string>()
    seen.push({ signal, answer: open })
    if (seen.length === 2) second.open()
    return text(await promise)
  }
  return { seen, second: second.promise, run }
}

describe.each(doors)('hedge by $door on SDK $line', ({ open, knowsTraits }) => {
  // Where nothing is known of the tool, its author has to say that it may run twice.
  const eager = () => hedge({ ...eagerly, ...(knowsTraits ? {} : { isHedgeable: () => true }) })

  it('asks a slow read again; the first answer counts, and the loser is told to stop', async () => {
    const { seen, second, run } = attempts()
    const client = await open({ middleware: [eager()], annotations: reads, run })
    await client.call({ n: 0 })
    const answer = client.call()
    await second
    const told = aborted(seen[0]!.signal)
    seen[1]?.answer('from the second')
    expect(await answer).toMatchObject(text('from the second'))
    expect(await told).toMatchObject({ name: 'AbortError' })
    expect(seen[1]?.signal.aborted).toBe(false)
    seen[0]?.answer('too late')
    expect(await client.call({ n: 0 })).toMatchObject(text('warm'))
    expect(seen).toHaveLength(2)
    expect(client.answers()).toBe(3)
  })

  it('asks the very first read again after a fixed delay', async () => {
    const { seen, second, run } = attempts()
    const isHedgeable = knowsTraits ? {} : { isHedgeable: () => true }
    const client = await open({
      middleware: [hedge({ delayMs: 1, budgetRatio: 1, ...isHedgeable })],
      annotations: reads,
      run,
    })
    const answer = client.call()
    await second
    seen[1]?.answer('from the second')
    expect(await answer).toMatchObject(text('from the second'))
  })

  it('tells the second to stop when the first answers after all', async () => {
    const { seen, second, run } = attempts()
    const client = await open({ middleware: [eager()], annotations: reads, run })
    await client.call({ n: 0 })
    const answer = client.call()
    await second
    const told = aborted(seen[1]!.signal)
    seen[0]?.answer('from the first')
    expect(await answer).toMatchObject(text('from the first'))
    await told
    seen[1]?.answer('too late')
    await client.call({ n: 0 })
    expect(client.answers()).toBe(3)
  })

  it('tells every attempt that its caller has gone', async () => {
    const { seen, second, run } = attempts()
    const leaving = new AbortController()
    const client = await open({ middleware: [eager()], annotations: reads, run })
    await client.call({ n: 0 })
    const answer = client.call({}, { signal: leaving.signal }).catch((error: unknown) => String(error))
    await second
    const told = Promise.all(seen.map(({ signal }) => aborted(signal)))
    leaving.abort('no longer wanted')
    expect(await answer).toContain('no longer wanted')
    expect(await told).toHaveLength(2)
    for (const { answer } of seen) answer('too late')
  })

  it('asks a tool once that writes', async () => {
    const { seen, run } = attempts()
    const middleware = [hedge({ minSamples: 1, minDelayMs: 0, budgetRatio: 1 })]
    const client = await open({ middleware, annotations: { readOnlyHint: false }, run })
    const startedAt = performance.now()
    await client.call({ n: 0 })
    const tookMs = performance.now() - startedAt + 5
    const answer = client.call()
    // Turn by turn, so that timers can run, for longer than it took the first call to be answered.
    const until = performance.now() + 2 * tookMs
    while (performance.now() < until) await nextTurn()
    expect(seen).toHaveLength(1)
    seen[0]?.answer('once')
    expect(await answer).toMatchObject(text('once'))
  })
})
