import { systemClock } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import { metrics } from '@millrace/metrics'
import { expect, it, onTestFinished } from 'vitest'
import { ask, bearer, token } from '../fixtures/ask.ts'
import { primesFor } from '../fixtures/primesFor.ts'
import { opened } from '../fixtures/opened.ts'
import type { SlowCallsAnswer } from '../index.ts'
import type { CpuProfile } from '../profile/cpuProfile.ts'
import { slowCallsPart } from './part.ts'
import type { SlowCalls } from './slowCalls.ts'

const post = { method: 'POST', headers: { ...bearer, 'x-millrace': '1' } }

it('slow calls are read by who knows the token, and nobody looks for them where nobody said so', async () => {
  const own = metrics({ process: false })
  onTestFinished(() => own.close())
  const url = await opened({ token, metrics: own, slowCalls: { aboveMs: 20 } })
  await own(fakeCall({ target: 'planted', clock: systemClock }), async () => {
    primesFor(30)
    return { content: [] }
  })
  const { status, text } = await ask(url, '/slow-calls', { headers: bearer })
  expect(status).toBe(200)
  const { seen, calls } = JSON.parse(text) as SlowCallsAnswer
  expect([seen, calls[0]?.operation]).toEqual([1, 'tools/call planted'])
  expect(calls[0]!.time.handlerMs).toBeGreaterThanOrEqual(29)
  expect((await ask(url, '/slow-calls')).status).toBe(401)
  expect((await ask(url, '/slow-calls/profile?id=1', { headers: bearer })).status).toBe(405)
  expect(await ask(url, '/slow-calls/profile?id=1', post)).toMatchObject({
    status: 404,
    text: 'There is no profile of this call: /slow-calls says which have one.\n',
  })
  expect((await ask(url, '/slow-calls/profile?id=x', post)).status).toBe(400)
  const without = await opened({ metrics: own })
  expect((await ask(without, '/slow-calls')).status).toBe(404)
})

it('a profile comes as a file that tools open', () => {
  const profile: CpuProfile = { nodes: [], startTime: 1, endTime: 2 }
  const slow: Partial<SlowCalls> = { profileOf: (id) => (id === 7 ? profile : undefined) }
  const route = slowCallsPart(slow as SlowCalls).routes.find(({ path }) => path === '/slow-calls/profile')
  expect(route?.handle({ url: '/slow-calls/profile?id=7' } as never)).toMatchObject({
    body: JSON.stringify(profile),
    headers: { 'content-disposition': expect.stringMatching(/^attachment; filename="[\dTZ-]+\.cpuprofile"$/) },
  })
})
