import { subscribe } from 'millrace'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { world } from './world.ts'
import type { Answer, World } from './world.ts'

vi.setConfig({ testTimeout: 60_000 })

let it: World
beforeEach(async () => {
  it = await world()
  await it.recovered()
})
afterEach(() => it.close())

const forecast = (city = 'Oslo') => it.call('forecast', { city })
const times = async <Value>(count: number, work: () => Promise<Value>): Promise<Value[]> => {
  const values: Value[] = []
  for (let at = 0; at < count; at += 1) values.push(await work())
  return values
}
const stale = (because: string) => ({
  isError: false,
  text: expect.stringMatching(/^The weather service does not answer\. This is \d+ s old\.\n\{"city":"Oslo"/) as string,
  meta: { 'millrace/fallback': because },
})
/** Makes the breaker open: as many calls as it looks back on. */
const untilOpen = async () => {
  await Promise.all(Array.from({ length: 20 }, () => forecast()))
  expect((await forecast()).meta['millrace/fallback']).toBe('rejected')
}

describe('while the service is healthy', () => {
  test('the answer is its own', async () => {
    const { requests } = it.service.seen
    const answer = await forecast()
    expect(answer).toMatchObject({ isError: false, data: { city: 'Oslo', celsius: 9 } })
    expect(answer.meta).not.toHaveProperty(['millrace/fallback'])
    expect(it.service.seen.requests).toBe(requests + 1)
  })

  test('a long list is cut, says so, and links to all of it', async () => {
    const { text, content, data } = await it.call('stations')
    expect((data as { readonly stations: unknown[] }).stations).toHaveLength(25)
    expect(text).toContain('25 of 500')
    const { uri } = content.find(({ type }) => type === 'resource_link') as unknown as { readonly uri: string }
    const [whole] = (await it.client.readResource({ uri })).contents
    expect(JSON.parse(whole !== undefined && 'text' in whole ? whole.text : '')).toMatchObject({
      stations: { length: 500 },
    })
  })
})

describe.each(['slow', 'hung'] as const)('while the service is %s', (mood) => {
  test('a reader gets the last good answer, marked as such, and the service is told to stop', async () => {
    await it.service.become(mood)
    const { abandoned } = it.service.seen
    expect(await forecast()).toMatchObject(stale('abandoned'))
    await expect.poll(() => it.service.seen.abandoned).toBeGreaterThan(abandoned)
  })

  test('it is soon left alone, and everybody is answered at once', async () => {
    await it.service.become(mood)
    await untilOpen()
    const { requests } = it.service.seen
    const answers = await Promise.all(Array.from({ length: 20 }, () => forecast()))
    for (const answer of answers) expect(answer).toMatchObject(stale('rejected'))
    expect(it.service.seen.requests).toBe(requests)
  })

  test('a report is sent once, and its sender learns that nobody knows what came of it', async () => {
    await it.service.become(mood)
    const { requests } = it.service.seen
    expect(await it.call('report_sky', { city: 'Oslo', sky: 'grey' })).toMatchObject({
      isError: true,
      text: 'The call was given up because it took longer than 400 ms.',
      meta: { 'millrace/reason': 'timed_out' },
    })
    expect(it.service.seen.requests).toBe(requests + 1)
  })

  test('a caller who leaves takes the request along', async () => {
    await it.service.become(mood)
    const { requests, abandoned } = it.service.seen
    const leaving = new AbortController()
    const answer = it.call('report_sky', { city: 'Oslo', sky: 'grey' }, leaving.signal).catch(String)
    await expect.poll(() => it.service.seen.requests, { interval: 5 }).toBe(requests + 1)
    leaving.abort('no longer wanted')
    expect(await answer).toContain('no longer wanted')
    await expect.poll(() => it.service.seen.abandoned).toBe(abandoned + 1)
  })
})

describe('while the service is dead', () => {
  test('what was asked before is answered, what was not is refused in a sentence', async () => {
    await it.service.become('dead')
    const unknown = await forecast('Bergen')
    expect(unknown).toMatchObject({ isError: true, text: 'The weather service cannot be reached.' })
    expect(await forecast()).toMatchObject(stale(expect.stringMatching(/^(failed|rejected)$/) as string))
    await untilOpen()
    const refused: Answer = await forecast('Bergen')
    expect(refused.isError).toBe(true)
    expect(refused.text).toMatch(/ has failed too often and is not tried again for 1 s\.$/)
    expect(refused.meta).toMatchObject({ 'millrace/reason': 'circuit_open' })
    expect(refused.meta['millrace/retryAfterMs']).toBeLessThanOrEqual(1000)
  })

  test('a tool that does not need it works as ever', async () => {
    await it.service.become('dead')
    await untilOpen()
    const answers = await times(5, () => it.call('service_status'))
    for (const { isError, meta } of answers) expect([isError, meta['millrace/fallback']]).toEqual([false, undefined])
  })
})

describe('while every second connection is dropped', () => {
  test('nobody notices but the service, which is asked again', async () => {
    await it.service.become('flapping')
    const { requests } = it.service.seen
    for (const answer of await times(6, () => forecast())) {
      expect(answer.isError).toBe(false)
      expect(answer.meta).not.toHaveProperty(['millrace/fallback'])
    }
    expect(it.service.seen.requests - requests).toBeGreaterThan(6)
  })

  test('a report is not sent again', async () => {
    await it.service.become('flapping')
    const { requests } = it.service.seen
    const answers = await times(4, () => it.call('report_sky', { city: 'Oslo', sky: 'grey' }))
    expect(answers.filter(({ isError }) => isError)).toHaveLength(2)
    expect(it.service.seen.requests - requests).toBe(4)
  })
})

describe('while every tenth answer is slow', () => {
  test('a reader does not wait for it: a second request starts, and the first one is told to stop', async () => {
    // So many that it knows how long answers take.
    await times(30, () => forecast())
    const { abandoned } = it.service.seen
    const won: unknown[] = []
    const stop = subscribe('resilience', (event) => {
      if (event.type === 'hedge.won' && event.attempt === 2) won.push(event.operation)
    })
    try {
      await it.service.become('tail')
      for (const answer of await times(20, () => forecast())) {
        expect(answer).toMatchObject({ isError: false, data: { city: 'Oslo' } })
        expect(answer.meta).not.toHaveProperty(['millrace/fallback'])
      }
    } finally {
      stop()
    }
    expect(won).toContain('tools/call forecast')
    await expect.poll(() => it.service.seen.abandoned).toBeGreaterThan(abandoned)
  })

  test('a report is sent once', async () => {
    await it.service.become('tail')
    const { requests } = it.service.seen
    await times(10, () => it.call('report_sky', { city: 'Oslo', sky: 'grey' }))
    expect(it.service.seen.requests - requests).toBe(10)
  })
})

describe('when the service is back', () => {
  test.each(['hung', 'dead'] as const)(
    'after it was %s, answers are its own again and the breaker closes',
    async (mood) => {
      await it.service.become(mood)
      await untilOpen()
      await it.recovered()
      const { requests } = it.service.seen
      for (const answer of await times(5, () => forecast()))
        expect(answer.meta).not.toHaveProperty(['millrace/fallback'])
      expect(it.service.seen.requests - requests).toBe(5)
    },
  )
})

describe('the control', () => {
  test('says what the service is like, and changes it', async () => {
    const told = async (body?: string) => {
      const response = await fetch(it.controlUrl, body === undefined ? {} : { method: 'POST', body })
      return { status: response.status, said: (await response.json()) as { readonly mood: string } }
    }
    expect(await told()).toMatchObject({ status: 200, said: { mood: 'healthy', requests: it.service.seen.requests } })
    expect(await told('hung')).toMatchObject({ status: 200, said: { mood: 'hung' } })
    expect(it.service.mood).toBe('hung')
    expect(await told('sleepy')).toMatchObject({
      status: 400,
      said: { moods: expect.arrayContaining(['dead']) as object },
    })
  })
})
