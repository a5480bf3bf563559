import { expect, it, vi } from 'vitest'
import { ask, bearer, token } from '../fixtures/ask.ts'
import { opened } from '../fixtures/opened.ts'
import { started } from '../fixtures/together.ts'

it('profiles are made of the one that is asked for, else of the first that takes calls', async () => {
  const { together, act, workers } = await started(2)
  const made = await act('/profile/cpu?seconds=0.1&worker=2')
  expect([made.status, made.headers['x-millrace-worker']]).toEqual([200, '2'])
  expect(JSON.parse(made.text)).toHaveProperty('nodes')
  workers[0].state = 'closing'
  expect((await act('/profile/cpu?seconds=0.1')).headers['x-millrace-worker']).toBe('2')
  expect((await act('/profile/cpu?seconds=0.1&worker=supervisor')).headers['x-millrace-worker']).toBeUndefined()
  expect((await act('/profile/cpu?seconds=0.1&worker=1')).text).toBe(
    'There is no worker "1": there is 2, supervisor.\n',
  )
  workers[1].isStuck = true
  const silent = await act('/profile/cpu?seconds=0.1&worker=2')
  expect([silent.status, silent.text]).toEqual([503, 'Worker 2: It did not answer within 2 s.\n'])
  workers[1].isStuck = false
  workers[1].state = 'starting'
  expect((await act('/profile/heap')).text).toBe('No worker takes calls at present.\n')
  expect(together.wanted).toBe(2)
})

it('a heap comes piece by piece, and what it may not hold is said', async () => {
  const { act } = await started(1)
  const { status, text } = await act('/profile/heap?worker=1')
  expect([status, text.length > 1_000_000]).toEqual([200, true])
  expect(JSON.parse(text)).toHaveProperty('snapshot')
  const small = await started(1, {}, { maxSnapshotBytes: 1 })
  expect((await small.act('/profile/heap')).status).toBe(413)
  const none = await started(1, {}, { profile: false })
  expect((await none.act('/profile/heap')).text).toBe('Worker 1: There is nothing at /profile/heap in this worker.\n')
})

it('in a process that is alone there is no worker to choose', async () => {
  const url = await opened({ token })
  const answer = await ask(url, '/profile/cpu?worker=1', {
    method: 'POST',
    headers: { ...bearer, 'x-millrace': '1' },
  })
  expect([answer.status, answer.text]).toEqual([404, 'There is one process alone here, and no workers.\n'])
})

it('a profile that nobody waits for any more is made no longer', async () => {
  const { url, workers } = await started(1)
  const gone = new AbortController()
  const asking = fetch(new URL('/profile/cpu?seconds=60', url), {
    method: 'POST',
    headers: { ...bearer, 'x-millrace': '1' },
    signal: gone.signal,
  }).catch(() => 'gone')
  const another = () =>
    ask(url, '/profile/cpu?seconds=0.1', { method: 'POST', headers: { ...bearer, 'x-millrace': '1' } })
  await vi.waitFor(async () => expect((await another()).status).toBe(409), 10_000)
  gone.abort()
  expect(await asking).toBe('gone')
  await vi.waitFor(async () => expect((await another()).status).toBe(200), 10_000)
  expect(workers[0].state).toBe('ready')
})
