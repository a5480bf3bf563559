import { getEventListeners } from 'node:events'
import { fakeCall, manualClock, watchedCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { heldBatches, settle, watch } from './fixtures/heldBatches.ts'
import type { HeldBatch } from './fixtures/heldBatches.ts'
import { stagedWorld } from './fixtures/stagedWorld.ts'
import { batcher, loader, mapLimit } from './index.ts'

/** A caller with a signal and nothing else, as an SDK has it. */
const plainCaller = () => {
  const { signal } = new AbortController()
  return { context: { signal }, listeners: () => getEventListeners(signal, 'abort').length }
}

const endings: ReadonlyArray<readonly [string, (batch: HeldBatch<string> | undefined) => void]> = [
  ['answers', (batch) => batch?.answer()],
  ['fails', (batch) => batch?.reject(new Error('down'))],
]

describe.each(endings)('when a batch %s nothing listens any more', (_, end) => {
  it('to a caller of a batcher', async () => {
    const { run, batches } = heldBatches<string>()
    const { context, listeners } = plainCaller()
    const watched = watchedCall()
    const mails = batcher<string, unknown>(run, { maxSize: 2, clock: manualClock() })
    const answers = [watch(mails.add('a', context)), watch(mails.add('b', watched.call))]
    expect([listeners(), watched.listeners()]).toEqual([1, 1])
    end(batches[0])
    await settle()
    for (const { outcome } of answers) expect(outcome).not.toBe('open')
    expect([listeners(), watched.listeners()]).toEqual([0, 0])
  })

  it('to callers of a loader who share', async () => {
    const { run, batches } = heldBatches<string>()
    const [one, two] = [plainCaller(), watchedCall()]
    const users = loader<string, unknown>(run, { share: true })
    const answers = [watch(users.load('a', one.context)), watch(users.load('a', two.call))]
    expect([one.listeners(), two.listeners()]).toEqual([1, 1])
    await settle()
    end(batches[0])
    await settle()
    for (const { outcome } of answers) expect(outcome).not.toBe('open')
    expect([one.listeners(), two.listeners()]).toEqual([0, 0])
  })

  it('in it to the call that loaded for itself', async () => {
    const { run, batches } = heldBatches<string>()
    const call = fakeCall()
    const users = loader<string, unknown>(run)
    const load = watch(users.load('a', call))
    await settle()
    end(batches[0])
    await settle()
    expect(load.outcome).not.toBe('open')
    call.abort('left')
    expect(batches[0]?.batch.signal.aborted).toBe(false)
  })
})

describe('a fan-out leaves no listener', () => {
  const fanOut = (run: () => unknown) => {
    const [own, watched, controller] = [plainCaller(), watchedCall(), new AbortController()]
    const { signal } = controller
    const listeners = () => [own.listeners(), watched.listeners(), getEventListeners(signal, 'abort').length]
    const results = [
      mapLimit([1, 2], run, { call: own.context }),
      mapLimit([1, 2], run, { call: watched.call, signal }),
    ]
    for (const one of results) one.catch(() => {})
    return { results, listeners, watched, controller }
  }

  it('when it has done everything', async () => {
    const { results, listeners } = fanOut(() => 1)
    expect(listeners()).toEqual([1, 1, 1])
    await Promise.all(results)
    expect(listeners()).toEqual([0, 0, 0])
  })

  it('when an item fails', async () => {
    const { results, listeners } = fanOut(() => Promise.reject(new Error('down')))
    await Promise.allSettled(results)
    expect(listeners()).toEqual([0, 0, 0])
  })

  it.each(['call', 'signal'])('when its %s ends it', async (who) => {
    const { results, listeners, watched, controller } = fanOut(() => new Promise(() => {}))
    if (who === 'call') watched.abort('left')
    else controller.abort('left')
    await expect(results[1]).rejects.toBe('left')
    expect(listeners().slice(1)).toEqual([0, 0])
  })
})

describe('a staged call leaves no listener', () => {
  it.each(['ok', 'failed'])('when its steps are done: %s', async (how) => {
    const { middleware } = stagedWorld({
      tool: () => {
        if (how === 'failed') throw new Error('down')
        return {}
      },
    })
    const input = { steps: [{ id: 'a', tool: 'tool' }] }
    const watched = watchedCall({ target: 'run_steps', input })
    const answer = middleware(watched.call, async () => ({ content: [] }))
    expect(watched.listeners()).toBe(1)
    await answer
    expect(watched.listeners()).toBe(0)
  })
})
