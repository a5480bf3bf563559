import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Report } from '../bench/report.ts'
import { rawServer, send } from '../fixtures/rawServer.ts'
import { run } from '../fixtures/run.ts'
import { comparisonOf } from './comparison.ts'
import type { Comparison } from './comparison.ts'
import { textComparison } from './textComparison.ts'

/** A server that takes this long for each answer. */
const taking = (ms: number) => rawServer(({ id }, response) => void setTimeout(() => send(response, id, {}), ms))
const quick = ['--method', 'x', '-d', '150ms', '-w', '0', '-c', '2', '--rounds', '4']

it('a slower server is worse, and the exit code says so', async () => {
  const [a, b] = [await taking(2), await taking(40)]
  const { code, out, err } = await run(['compare', a, b, ...quick])
  expect(code).toBe(1)
  expect(out).toContain('B is worse: B has ')
  expect(out).toMatch(/^A {2}http:.* · 2026-07-28 · \d+ calls, 0 failed$/m)
  expect(err.match(/^round \d of 4: /gm)).toHaveLength(4)
  const turned = await run(['compare', b, a, ...quick, '--metric', 'rate', '--json', '-'])
  const { verdict, ratios, rounds } = JSON.parse(turned.out) as Comparison
  expect([turned.code, verdict, rounds.length]).toEqual([0, 'better', 4])
  expect(ratios.rate.from).toBeGreaterThan(1.3)
  expect(ratios.p50.to).toBeLessThan(0.8)
})

/** A report of a load whose calls all took this long. */
const reportOf = (ms: number, failed = 0) =>
  ({
    target: 'a',
    server: 'b',
    protocol: 'c',
    calls: 100,
    failed,
    ratePerSecond: 1000 / ms,
    latency: { p50: ms, p90: ms, p95: ms, p99: ms, mean: ms },
  }) as Report

it('servers that differ by less than is asked for are alike', () => {
  const rounds = [100, 101, 99].map((ms) => [reportOf(100), reportOf(ms)] as const)
  const comparison = comparisonOf(rounds, 'p50', 0.05)
  expect(comparison.verdict).toBe('same')
  expect(textComparison(comparison)).toContain('They are alike: B has 1.000 times the p50 of A')
  expect(textComparison(comparison)).toContain('Less than 5.0 % is no difference.')
})

it('a server that fails more is worse, however quick its other answers are', () => {
  const rounds = [100, 101].map((ms) => [reportOf(ms), reportOf(ms / 10, 30)] as const)
  const comparison = comparisonOf(rounds, 'p50', 0.05)
  expect(comparison.verdict).toBe('worse')
  expect(textComparison(comparison)).toContain('B is worse: 30 % of its calls failed, 0 % of those of A.')
  const turned = rounds.map(([a, b]) => [b, a] as const)
  expect(comparisonOf(turned, 'p50', 0.05).verdict).toBe('better')
  // As many as one is willing to overlook.
  expect(comparisonOf(rounds, 'p50', 0.3).verdict).toBe('better')
})

it('a round in which no answer came cannot be compared', async () => {
  const { code, err } = await run(['compare', await taking(1), await taking(400), ...quick])
  expect([code, err]).toEqual([2, expect.stringContaining('came within 150 ms: give a longer --duration.')])
})

it('what cannot be told is not said', () => {
  const rounds = [1, 2, 3, 4].map((ms, round) => [reportOf(2), reportOf(round === 3 ? 0.5 : ms)] as const)
  const comparison = comparisonOf(rounds, 'p50', 0.05)
  expect(comparison.verdict).toBe('unsure')
  expect(textComparison(comparison)).toContain(
    'It cannot be told yet, more --rounds would: B has 0.658 times the p50 of A',
  )
})

it('a comparison is written to a file, or a sentence says why not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-compare-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const url = await taking(1)
  await run(['compare', url, url, ...quick, '--rounds', '2', '--tolerance', '1', '--json', join(folder, 'a.json')])
  expect(existsSync(join(folder, 'a.json'))).toBe(true)
  const { code, err } = await run([
    'compare',
    url,
    url,
    ...quick,
    '--rounds',
    '2',
    '--json',
    join(folder, 'no', 'a.json'),
  ])
  expect([code, err]).toEqual([2, expect.stringContaining('The comparison cannot be written to')])
})

it('a server that answers nothing well cannot be compared', async () => {
  const broken = await rawServer((_, response) => void response.writeHead(500).end('out'))
  const { code, err } = await run(['compare', await taking(1), broken, ...quick])
  expect([code, err]).toEqual([2, expect.stringContaining('was answered well: transport (HTTP 500), out.')])
})

it('an interrupted comparison has at least two rounds, or none', async () => {
  const stop = new AbortController()
  let calls = 0
  const url = await rawServer(({ id }, response) => {
    send(response, id, {})
    if ((calls += 1) === 20) stop.abort()
  })
  const { code, err } = await run(['compare', url, url, ...quick], stop.signal)
  expect([code, err]).toEqual([2, 'It was interrupted before there was anything to compare.\n'])
})
