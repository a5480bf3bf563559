import { queue } from '@millrace/queue'
import { breaker, timeout } from '@millrace/resilience'
import type { BreakerSnapshot } from '@millrace/resilience'
import { describe, expect, it } from 'vitest'
import { doors } from '../fixtures/doors.ts'
import { aborted, text } from '../fixtures/world.ts'

/** A breaker that opens on the second of four calls or fewer that fail. */
const quick = () => breaker({ size: 4, minCalls: 2, failureRatio: 0.5, openMs: 20_000, jitterRatio: 0 })

const key = 'tools/call tool'
const refused = {
  content: [{ type: 'text', text: 'tools/call tool has failed too often and is not tried again for 20 s.' }],
  isError: true,
  _meta: { 'millrace/reason': 'circuit_open', 'millrace/retryAfterMs': expect.any(Number) as number },
}

describe.each(doors)('breaker by $door on SDK $line', ({ open, seesInvalid }) => {
  it('opens when a tool keeps throwing, and refuses in words without asking it', async () => {
    const circuit = quick()
    let runs = 0
    const client = await open({
      middleware: [circuit],
      run: async () => {
        runs += 1
        throw new Error('the service is down')
      },
    })
    for (let call = 0; call < 2; call += 1) {
      expect(await client.call()).toMatchObject({ ...text('the service is down'), isError: true })
    }
    for (let call = 0; call < 3; call += 1) expect(await client.call()).toMatchObject(refused)
    expect(runs).toBe(2)
    expect(client.answers()).toBe(5)
  })

  it('opens when a tool keeps hanging, wherever the timeout stands', async () => {
    for (const place of ['outside', 'inside']) {
      const [circuit, limit] = [quick(), timeout({ timeoutMs: 2 })]
      const client = await open({
        middleware: place === 'outside' ? [limit, circuit] : [circuit, limit],
        run: async (_, signal) => aborted(signal).then(() => text('too late')),
      })
      for (let call = 0; call < 2; call += 1) {
        expect(await client.call()).toMatchObject({ _meta: { 'millrace/reason': 'timed_out' } })
      }
      expect(await client.call()).toMatchObject(refused)
    }
  })

  it('stays closed for calls that were given up while they waited for a slot', async () => {
    const circuit = quick()
    let runs = 0
    const client = await open({
      middleware: [timeout({ timeoutMs: 20 }), circuit, queue({ maxConcurrent: 1 })],
      run: () => {
        runs += 1
        return new Promise(() => {})
      },
    })
    const answers = await Promise.all([1, 2, 3, 4].map(() => client.call()))
    expect(answers.every(({ isError }) => isError === true)).toBe(true)
    expect(runs).toBe(1)
    expect(circuit.state(key)?.type).toBe('closed')
  })

  it('is as open in the next process, which takes over its circuits', async () => {
    const circuit = quick()
    const run = async () => {
      throw new Error('the service is down')
    }
    const before = await open({ middleware: [circuit], run })
    for (let call = 0; call < 2; call += 1) await before.call()
    const initialState = JSON.parse(JSON.stringify(circuit)) as BreakerSnapshot
    const next = breaker({ initialState, openMs: 20_000, jitterRatio: 0 })
    const after = await open({ middleware: [next], run })
    expect(await after.call()).toMatchObject({ isError: true, _meta: { 'millrace/reason': 'circuit_open' } })
    expect([circuit.stats(), next.stats()]).toMatchObject([
      { failures: 2, opened: 1, running: 0 },
      { rejected: 1, failures: 0, running: 0 },
    ])
  })

  it('closes when the tool is well again', async () => {
    const circuit = breaker({ size: 2, minCalls: 2, openMs: 0, halfOpenProbes: 2 })
    let isBroken = true
    const client = await open({
      middleware: [circuit],
      run: async () => {
        if (isBroken) throw new Error('down')
        return text('well')
      },
    })
    for (let call = 0; call < 2; call += 1) await client.call()
    expect(circuit.state(key)?.type).toBe('open')
    isBroken = false
    expect(await client.call()).toMatchObject(text('well'))
    expect(circuit.state(key)?.type).toBe('halfOpen')
    expect(await client.call()).toMatchObject(text('well'))
    expect(circuit.state(key)?.type).toBe('closed')
  })

  it('stays closed when the tool answers isError of its own accord', async () => {
    const circuit = quick()
    const client = await open({
      middleware: [circuit],
      run: async () => ({ ...text('no such city'), isError: true }),
    })
    for (let call = 0; call < 6; call += 1) await client.call()
    expect(circuit.state(key)).toMatchObject({ type: 'closed', failures: 0 })
  })

  it('counts arguments that do not fit as nothing: neither for nor against the tool', async () => {
    const circuit = quick()
    let runs = 0
    const client = await open({
      middleware: [circuit],
      run: async () => {
        runs += 1
        throw new Error('down')
      },
    })
    const invalid = () => client.call({ n: 'no number' })
    for (let call = 0; call < 6; call += 1) expect(await invalid()).toMatchObject({ isError: true })
    if (seesInvalid) expect(circuit.state(key)).toMatchObject({ type: 'closed', calls: 0, failures: 0 })
    else expect(circuit.state(key)).toBeUndefined()
    await client.call()
    for (let call = 0; call < 6; call += 1) await invalid()
    await client.call()
    expect([runs, circuit.state(key)?.type]).toEqual([2, 'open'])
  })

  it('gives a probe back whose caller has gone', async () => {
    const circuit = breaker({ size: 1, openMs: 0, halfOpenProbes: 1 })
    const leaving = new AbortController()
    let [isBroken, isHung] = [true, false]
    const client = await open({
      middleware: [circuit],
      run: async (_, signal) => {
        if (isBroken) throw new Error('down')
        if (!isHung) return text('well')
        leaving.abort('no longer wanted')
        await aborted(signal)
        throw new Error('stopped')
      },
    })
    await client.call()
    ;[isBroken, isHung] = [false, true]
    await expect(client.call({}, { signal: leaving.signal })).rejects.toThrow('no longer wanted')
    isHung = false
    expect(await client.call()).toMatchObject(text('well'))
    expect(circuit.state(key)?.type).toBe('closed')
  })
})
