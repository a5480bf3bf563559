import { timeout } from '@millrace/resilience'
import { describe, expect, it } from 'vitest'
import { doors } from '../fixtures/doors.ts'
import { aborted, text } from '../fixtures/world.ts'

const timedOut = {
  content: [{ type: 'text', text: 'The call was given up because it took longer than 5 ms.' }],
  isError: true,
  _meta: { 'millrace/reason': 'timed_out' },
}

describe.each(doors)('timeout by $door on SDK $line', ({ open }) => {
  it('answers what a model can read, and tells the handler by its signal', async () => {
    let told: Promise<unknown> = Promise.resolve()
    const client = await open({
      middleware: [timeout({ timeoutMs: 5 })],
      run: async (_, signal) => {
        told = aborted(signal)
        await told
        return text('too late')
      },
    })
    expect(await client.call()).toMatchObject(timedOut)
    expect(await told).toMatchObject({ code: 'ERR_TIMED_OUT' })
    expect(client.answers()).toBe(1)
  })

  it('answers once also when the handler fails after that', async () => {
    const client = await open({
      middleware: [timeout({ timeoutMs: 5 })],
      run: async ({ n }, signal) => {
        if (n !== undefined) return text(n)
        await aborted(signal)
        throw new Error('stopped')
      },
    })
    expect(await client.call()).toMatchObject(timedOut)
    expect(await client.call({ n: 1 })).toMatchObject(text(1))
    expect(client.answers()).toBe(2)
  })

  it('leaves a call alone that is done in time', async () => {
    const signals: AbortSignal[] = []
    const client = await open({
      middleware: [timeout({ timeoutMs: 60_000 })],
      run: async ({ n }, signal) => {
        signals.push(signal)
        return text(n)
      },
    })
    expect(await client.call({ n: 1 })).toMatchObject(text(1))
    expect(signals.map((signal) => signal.aborted)).toEqual([false])
  })

  it('tells the handler when its caller has gone', async () => {
    const leaving = new AbortController()
    let told: Promise<unknown> = Promise.resolve()
    const client = await open({
      middleware: [timeout({ timeoutMs: 60_000 })],
      run: async (_, signal) => {
        told = aborted(signal)
        leaving.abort('no longer wanted')
        return told.then(() => text('too late'))
      },
    })
    await expect(client.call({}, { signal: leaving.signal })).rejects.toThrow('no longer wanted')
    expect(String(await told)).toContain('no longer wanted')
  })
})
