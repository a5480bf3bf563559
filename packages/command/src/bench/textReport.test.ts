import { expect, it } from 'vitest'
import { Latencies } from '../load/latencies.ts'
import { Recorder } from '../load/recorder.ts'
import { modern } from '../wire/era.ts'
import { ms, percent, size } from './numbers.ts'
import { progress } from './progress.ts'
import { reportOf } from './report.ts'
import { textReport } from './textReport.ts'
import { shortfalls } from './thresholds.ts'

const options = { concurrency: 1, warmUpMs: 0, durationMs: 1000, timeoutMs: 1000, seed: 1, startedAt: new Date(0) }
const server = {
  target: 'http://a/mcp',
  transport: 'http' as const,
  era: modern,
  name: 'a 1',
  hasSessions: false,
  gone: () => undefined,
  garbage: () => 0,
  inspector: () => undefined,
  lane: () => ({ send: async () => ({ ending: undefined, bytes: 0 }), close: async () => {} }),
  close: async () => {},
}

const exact = { lag: undefined, waited: undefined, idleRatio: 1 }

const recorded = () => {
  const recorder = new Recorder({ from: 0, to: 1000 }, ['tools/call a', 'tools/call b'])
  for (let n = 0; n < 100; n += 1) recorder.record(0, n, n + 10, { ending: undefined, bytes: 1000 })
  recorder.record(0, 1, 5, {
    ending: { kind: 'refused', detail: 'HTTP 503', message: 'busy', retryAfterMs: 1500 },
    bytes: 0,
  })
  return recorder
}

it('a report says all that was measured', () => {
  const measured = { recorder: recorded(), lengthMs: 1000, endedEarly: undefined, busyRatio: 0.99, ...exact }
  const text = textReport(reportOf(server, options, measured, ['It was tried.']))
  expect(text.split('\n').map((line) => line.trimEnd())).toEqual([
    'http://a/mcp · a 1 · 2026-07-28',
    '1 connection, one call after another, for 1 s after 0 ms of warm-up',
    '',
    'calls    101, 100 answered a second, 100.0 kB a second',
    'failed   1 (0.99 %)',
    'latency  p50 10.0 ms, p95 10.0 ms, p99 10.0 ms, max 10.0 ms',
    '',
    'ms            answered  failed  mean   p50   p90   p95   p99  p99.9   max',
    'tools/call a       100       1  10.0  10.0  10.0  10.0  10.0   10.0  10.0',
    'tools/call b         0       0     –     –     –     –     –      –     –',
    'all                100       1  10.0  10.0  10.0  10.0  10.0   10.0  10.0',
    '',
    'failures',
    '       1 × refused (HTTP 503), tools/call a, try again after up to 1.5 s: busy',
    '',
    'It was tried.',
    '',
    'This process was busy 99 % of the time: the server may be faster than what was measured.',
    '',
  ])
})

it('a load that could not keep its own time says so', () => {
  const summary = (...times: number[]) => {
    const latencies = new Latencies()
    for (const time of times) latencies.record(time)
    return latencies.summary()
  }
  const notesOf = (lag: number, waited: number, idleRatio = 1) => {
    const timing = { lag: summary(0.1, lag), waited: summary(0.1, waited), idleRatio }
    const measured = { recorder: recorded(), lengthMs: 1000, endedEarly: undefined, busyRatio: undefined, ...timing }
    return reportOf(server, { ...options, ratePerSecond: 5 }, measured, []).notes
  }
  // The answers took ten milliseconds each.
  expect(notesOf(0.9, 0.9)).toEqual([])
  expect(notesOf(40, 0.9)).toEqual([expect.stringMatching(/^Calls were sent 0\.100 ms late \(p50\), 40\.0 ms \(p99\)/)])
  expect(notesOf(0.9, 30)).toEqual([expect.stringContaining('waited up to 30.0 ms (p99) for a free connection')])
  expect(notesOf(0.9, 0.9, 0.01)).toEqual([expect.stringContaining('No processor of this machine was free')])
  const measured = { recorder: recorded(), lengthMs: 1000, endedEarly: undefined, busyRatio: undefined, ...exact }
  const report = reportOf(server, { ...options, ratePerSecond: 5 }, measured, [])
  expect(textReport(report)).toContain('5.0 calls a second, 1 connection at most')
})

it('a threshold that is missed is a sentence', () => {
  const measured = { recorder: recorded(), lengthMs: 1000, endedEarly: undefined, busyRatio: 0, ...exact }
  const report = reportOf(server, options, measured, [])
  expect(shortfalls(report, {})).toEqual([])
  expect(shortfalls(report, { maxErrorRatio: 0.001, maxP99: 5 })).toEqual([
    'p99 is 10.0 ms, more than 5 ms.',
    '0.99 % of calls failed, more than 0.10 %.',
  ])
  expect(shortfalls(report, { minRate: 100 })).toEqual([])
  // The call that was refused is no answer, however quickly that was said.
  expect(shortfalls(report, { minRate: 100.5 })).toEqual(['100 answers a second, fewer than 101.'])
  expect(shortfalls({ ...report, calls: 0, failed: 0 }, {})).toEqual(['No call was made in the time measured.'])
})

it('where nothing was answered there is no latency', () => {
  const recorder = new Recorder({ from: 0, to: 1000 }, ['tools/call a'])
  recorder.record(0, 1, 5, { ending: { kind: 'refused', detail: 'HTTP 503' }, bytes: 0 })
  const measured = { recorder, lengthMs: 1000, endedEarly: undefined, busyRatio: 0, ...exact }
  const report = reportOf(server, options, measured, [])
  expect(report.ratePerSecond).toBe(0)
  expect(textReport(report)).toContain('calls    1, 0.0 answered a second\n')
  expect(textReport(report)).toContain('latency  none, as no call was answered well\n')
})

it('numbers have as many digits as mean something', () => {
  expect([0.1234, 1.234, 12.34, 1234.5].map(ms)).toEqual(['0.123', '1.23', '12.3', '1,235'])
  expect([0, 0.00012, 0.05, 0.5].map(percent)).toEqual(['0 %', '0.012 %', '5.0 %', '50 %'])
  expect([12, 3400, 5.6e6].map(size)).toEqual(['12 B', '3.4 kB', '5.6 MB'])
})

it('progress is a bar on a terminal, and a line now and then elsewhere', () => {
  const written = (isTTY: boolean) => {
    let text = ''
    const terminal = { stdout: { write: () => {} }, stderr: { isTTY, write: (more: string) => (text += more) } }
    const { show, end } = progress(terminal, { warmUpMs: 2000, durationMs: 10_000 })
    const recorder = recorded()
    for (const at of [250, 4000, 5100, 12_500]) show(at, recorder)
    end()
    return text
  }
  expect(written(false)).toBe(
    '5.1 s of 12 s: 32 answered a second, 1 failed\n12.5 s of 12 s: waiting for the last answers\n',
  )
  expect(written(true).split('\r\u{1b}[K')).toEqual([
    '',
    `${'░'.repeat(30)} warming up`,
    `${'█'.repeat(10)}${'░'.repeat(20)} 50 answered a second, 1 failed`,
    `${'█'.repeat(12)}${'░'.repeat(18)} 32 answered a second, 1 failed`,
    `${'█'.repeat(30)} waiting for the last answers`,
    '',
  ])
})
