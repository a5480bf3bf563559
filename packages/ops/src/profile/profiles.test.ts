import { describe, expect, it, onTestFinished } from 'vitest'
import { ask, bearer, token } from '../fixtures/ask.ts'
import { opened } from '../fixtures/opened.ts'
import type { CpuProfile } from './cpuProfile.ts'

const headers = { ...bearer, 'x-millrace': '1' }
const post = { method: 'POST', headers }

/** Computes under a name until it is told to stop. */
const busy = (): (() => void) => {
  let turn = setImmediate(function spin() {
    primesBelow(20_000)
    turn = setImmediate(spin)
  })
  onTestFinished(() => clearImmediate(turn))
  return () => clearImmediate(turn)
}

const primesBelow = (end: number): number => {
  let count = 0
  for (let n = 2; n < end; n += 1) {
    let isPrime = true
    for (let by = 2; by * by <= n && isPrime; by += 1) isPrime = n % by !== 0
    count += Number(isPrime)
  }
  return count
}

describe('a CPU profile', () => {
  it('shows what the process computes meanwhile, by name', async () => {
    const url = await opened({ token })
    const stop = busy()
    const profile = async (): Promise<CpuProfile> => {
      const { status, headers: answered, text } = await ask(url, '/profile/cpu?seconds=0.3', post)
      expect(status).toBe(200)
      expect(answered['content-disposition']).toMatch(/^attachment; filename="[\dTZ-]+\.cpuprofile"$/)
      return JSON.parse(text) as CpuProfile
    }
    const { startTime, endTime } = await profile()
    expect((endTime - startTime) / 1000).toBeGreaterThanOrEqual(290)
    // A busy machine may keep V8 from looking for as long as that. V8 may have put one function into the other.
    const isSeen = async (): Promise<boolean> =>
      (await profile()).nodes.some(({ callFrame }) => /^(spin|primesBelow)$/.test(callFrame.functionName))
    await expect.poll(isSeen, { timeout: 30_000, interval: 10 }).toBe(true)
    stop()
  }, 40_000)

  it('is made for one at a time', async () => {
    const url = await opened({ token })
    const first = ask(url, '/profile/cpu?seconds=0.3', post)
    const second = await ask(url, '/profile/cpu?seconds=0.1', post)
    const third = await ask(url, '/profile/heap', post)
    for (const { status, text } of [second, third]) {
      expect([status, text]).toEqual([409, 'A CPU profile is being made; ask again when it is done.\n'])
    }
    expect((await first).status).toBe(200)
    expect((await ask(url, '/profile/cpu?seconds=0.1', post)).status).toBe(200)
  })

  it('ends when whoever asked has gone', async () => {
    const url = await opened({ token })
    const controller = new AbortController()
    const gone = fetch(new URL('/profile/cpu?seconds=60', url), { ...post, signal: controller.signal })
    const isBusy = async () => (await ask(url, '/profile/cpu?seconds=0.1', post)).status === 409
    await expect.poll(isBusy).toBe(true)
    controller.abort()
    await expect(gone).rejects.toThrow('aborted')
    await expect.poll(isBusy).toBe(false)
  })

  it.each([
    ['0', '"0"'],
    ['61', '"61"'],
    ['', '""'],
    ['ten', '"ten"'],
  ])('takes no %s seconds', async (seconds, got) => {
    const url = await opened({ token })
    const { status, text } = await ask(url, `/profile/cpu?seconds=${seconds}`, post)
    expect([status, text]).toEqual([400, `seconds must be a number from 0.1 to 60, got ${got}.\n`])
  })
})

describe('a heap snapshot', () => {
  it('is streamed as V8 writes it', async () => {
    class PlantedThing {
      readonly name = 'planted'
    }
    const kept = Array.from({ length: 100 }, () => new PlantedThing())
    const url = await opened({ token })
    const { status, headers: answered, text } = await ask(url, '/profile/heap', post)
    expect(status).toBe(200)
    expect(answered['content-disposition']).toContain('.heapsnapshot"')
    expect((JSON.parse(text) as { strings: string[] }).strings).toContain('PlantedThing')
    expect(kept.length).toBe(100)
  })

  it('is not made of a heap that holds too much', async () => {
    const url = await opened({ token, maxSnapshotBytes: 1_048_576 })
    const { status, text } = await ask(url, '/profile/heap', post)
    expect([status, text]).toEqual([
      413,
      expect.stringMatching(/^The heap holds \d+ MB, and at most 1 are written down\.\n$/),
    ])
  })
})

describe('profiles', () => {
  it('are for those who know the token, and who ask on purpose', async () => {
    const open = await opened()
    expect((await ask(open, '/profile/heap', { method: 'POST', headers: { 'x-millrace': '1' } })).status).toBe(403)
    const url = await opened({ token })
    expect((await ask(url, '/profile/heap', { method: 'POST', headers: { 'x-millrace': '1' } })).status).toBe(401)
    expect((await ask(url, '/profile/heap', { method: 'POST', headers: bearer })).status).toBe(403)
    expect((await ask(url, '/profile/heap', { headers })).status).toBe(405)
  })

  it('are not to be had where they are not wanted', async () => {
    const url = await opened({ token, profile: false })
    expect((await ask(url, '/profile/cpu', post)).status).toBe(404)
  })
})
