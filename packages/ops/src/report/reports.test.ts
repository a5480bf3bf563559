import { metrics } from '@millrace/metrics'
import { beforeAll, describe, expect, it } from 'vitest'
import { ask, bearer, token } from '../fixtures/ask.ts'
import { opened } from '../fixtures/opened.ts'
import { planted } from '../fixtures/planted.ts'
import { ops } from '../index.ts'
import type { OpsReport } from '../index.ts'

const post = { method: 'POST', headers: { ...bearer, 'x-millrace': '1' } }

describe('a report of a server with planted faults', () => {
  let report: OpsReport
  let leaked: readonly object[]
  const found = (kind: string): string[] =>
    report.findings.filter((finding) => finding.kind === kind).map(({ of }) => of)

  beforeAll(async () => {
    const { own, load, kept } = planted()
    leaked = kept
    const seen = ops({ port: 0, token, metrics: own })
    const { url } = await seen.start()
    const stop = load()
    const { text } = await ask(url, '/report?seconds=3&slowMs=40&memory=1', post)
    await stop()
    await seen.close()
    own.close()
    report = JSON.parse(text) as OpsReport
  }, 60_000)

  it('names the tool that is slow, and the function that holds the event loop up', () => {
    expect(found('slowOperation')).toEqual(['tools/call slow'])
    expect(found('loopBlocked')).toEqual(['primesFor'])
    const [slowest] = report.operations
    expect(slowest?.operation).toBe('tools/call slow')
    expect(slowest?.p95Ms).toBeGreaterThan(55)
    expect(slowest?.time.handlerMs).toBeGreaterThan(slowest!.calls * 50)
    expect(report.cpu.functions[0]).toMatchObject({ name: 'primesFor', at: expect.stringContaining('primesFor.ts') })
  })

  it('names the class of what leaks', () => {
    expect(found('memoryGrows')).toContain('LeakedSession')
    const { classes = [] } = report.memory
    const grown = classes.find(({ name }) => name === 'LeakedSession')?.grewObjects
    expect(grown).toBeGreaterThan(50)
    expect(grown).toBeLessThanOrEqual(leaked.length)
  })

  it('names the tool that is asked the same again and again without a cache', () => {
    expect(found('repeats')).toEqual(['tools/call repeated'])
  })

  it('names the cache that spares nothing, and those whose entries live too short or too long', () => {
    expect(found('uselessCache')).toEqual(['tools/call useless'])
    expect(found('ttlTooShort')).toEqual(['tools/call hasty'])
    expect(found('ttlTooLong')).toEqual(['tools/call restless'])
  })

  it('names the pools that are too big and too small, and the limit that is never reached', () => {
    expect(found('poolTooBig')).toEqual(['oversized'])
    expect(found('poolTooSmall')).toEqual(['tight'])
    expect(found('limitNeverReached')).toEqual(['main'])
  })

  it('says a number and what helps for each, and nothing of what is fine', () => {
    for (const { text, recommendation, value } of report.findings) {
      expect(text).toMatch(/\d.*\.$/)
      expect(recommendation).toMatch(/\.$/)
      expect(Number.isFinite(value)).toBe(true)
    }
    expect(JSON.stringify(report.findings)).not.toContain('tools/call fine')
  })

  it('accounts for all the time of calls', () => {
    const spent = Object.values(report.time).reduce((sum, ms) => sum + ms, 0)
    expect(spent).toBeGreaterThan(500)
    expect(report.operations.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
    expect(Object.values(report.cpu.shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1)
  })
})

describe('a report', () => {
  it('finds nothing where nobody calls, and reads well in a terminal', async () => {
    const own = metrics({ process: false })
    const url = await opened({ token, metrics: own })
    const { text } = await ask(url, '/report?seconds=0.1', {
      ...post,
      headers: { ...post.headers, accept: 'text/plain' },
    })
    own.close()
    expect(text).toMatch(/^0 calls in \d+ ms\.\n\nNothing stands out\.\n/)
    expect(text).toContain('in queues and rate limits: 0 ms\n')
  })

  it('is made for one at a time, for those who know the token, with numbers that make sense', async () => {
    const own = metrics({ process: false })
    const url = await opened({ token, metrics: own, maxSnapshotBytes: 0 })
    const first = ask(url, '/report?seconds=0.3', post)
    expect((await ask(url, '/report', post)).status).toBe(409)
    expect((await first).status).toBe(200)
    expect((await ask(url, '/report', { method: 'POST', headers: { 'x-millrace': '1' } })).status).toBe(401)
    expect((await ask(url, '/report?memory=1', post)).status).toBe(413)
    for (const query of ['seconds=0', 'slowMs=-1', 'memory=2']) {
      expect((await ask(url, `/report?${query}`, post)).status, query).toBe(400)
    }
    own.close()
  })

  it('leaves nobody who looks or listens behind', async () => {
    const own = metrics({ process: false, events: false })
    const url = await opened({ token, metrics: own })
    await ask(url, '/report?seconds=0.1', post)
    const { channel } = await import('@millrace/core')
    expect((['cache', 'queue', 'pg', 'undici'] as const).filter((name) => channel(name).hasSubscribers)).toEqual([])
    own.close()
  })
})
