import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { httpServers } from '../fixtures/httpServers.ts'
import { lines } from '../fixtures/lines.ts'
import type { Seen } from '../fixtures/lines.ts'
import { listen } from '../fixtures/listen.ts'
import { rawServer, send } from '../fixtures/rawServer.ts'
import { benched, run } from '../fixtures/run.ts'
import type { Report } from './report.ts'

const program = join(import.meta.dirname, '../fixtures/program.ts')
const nobody = (): Seen => ({ texts: [], removed: 0 })

describe.each(httpServers)('bench of a server over HTTP, $name,', ({ protocol, handler }) => {
  it('calls the tool that is named, with the arguments given, in turn', async () => {
    const seen = nobody()
    const url = await listen(handler(seen))
    const report = await benched([url, '--tool', 'echo', '--args', '{"text":"one"}', '--args', '{"text":"two"}'])
    expect(report).toMatchObject({
      protocol,
      server: 'fixture 1.2.3',
      transport: 'http',
      failed: 0,
      code: 0,
      notes: [],
    })
    expect(new Set(seen.texts)).toEqual(new Set(['one', 'two']))
    expect(report.calls).toBeGreaterThan(0)
    // The first call of all is a trial.
    expect(seen.texts).toHaveLength(report.calls + 1)
    expect(report.operations.map(({ operation }) => operation)).toEqual(['tools/call echo'])
  })

  it('makes up arguments, and calls nothing unasked that may write', async () => {
    const seen = nobody()
    const report = await benched([await listen(handler(seen))])
    expect(report).toMatchObject({ failed: 0, errors: [], notes: [] })
    expect(report.operations.map(({ operation }) => operation)).toEqual(['tools/call echo', 'tools/call add'])
    expect(seen.removed).toBe(0)
  })

  it('asks for lists', async () => {
    const report = await benched([await listen(handler(nobody())), '--method', 'tools/list'])
    expect(report).toMatchObject({ failed: 0, code: 0 })
    expect(report.calls).toBeGreaterThan(0)
  })

  it('tells errors of tools from those of JSON-RPC', async () => {
    const url = await listen(handler(nobody()))
    const report = await benched([url, '--tool', 'broken', '--method', 'no/such', '--max-error-ratio', '0.5'])
    expect(report.code).toBe(1)
    expect(report.err).toContain('No call was answered well.')
    const kinds = new Set(report.errors.map(({ kind, detail, message }) => `${kind} ${detail} ${message}`))
    expect([...kinds].toSorted()).toEqual([
      'JSON-RPC error -32601 Method not found',
      'tool error isError The disk is <full>',
    ])
  })
})

describe.each(lines)('bench of a program of $name', ({ name }) => {
  const words = ['--', process.execPath, program, name]

  it('speaks to it over stdio', async () => {
    const report = await benched(['--tool', 'add', ...words])
    const protocol = name === 'v1' ? '2025-11-25' : '2026-07-28'
    expect(report).toMatchObject({
      transport: 'stdio',
      protocol,
      failed: 0,
      code: 0,
      notes: [],
      server: 'fixture 1.2.3',
    })
    expect(report.calls).toBeGreaterThan(0)
  })

  it('speaks an older revision when told to', async () => {
    const report = await benched(['--tool', 'add', '--protocol', '2025-06-18', ...words])
    expect(report).toMatchObject({ protocol: '2025-06-18', failed: 0 })
  })

  it('says that it writes to stdout what it must not', async () => {
    const report = await benched(['--tool', 'add', ...words, 'garbage'])
    expect(report.notes.join()).toContain("1 lines on the server's stdout were no JSON-RPC")
  })

  it('ends when it dies, with its last words', async () => {
    const report = await benched(['-d', '60s', '--tool', 'echo', ...words, 'dies'])
    expect(report.notes.join()).toContain(
      'The load ended early: the server ended with exit code 7, saying: out of ideas',
    )
    expect(report.errors[0]).toMatchObject({ kind: 'transport', detail: 'the program has ended' })
    expect(report.measuredMs).toBeLessThan(60_000)
  })

  it('gives up on one that never answers', async () => {
    const { code, err } = await run(['bench', '--timeout', '300ms', ...words, 'deaf'])
    expect([code, err]).toEqual([2, expect.stringContaining('timed out')])
  })
})

it('a program that is not there is a sentence', async () => {
  const { code, err } = await run(['bench', 'no-such-program-here'])
  expect([code, err]).toEqual([2, expect.stringMatching(/no-such-program-here cannot be started: .*ENOENT/)])
})

it('who has had enough of a server that hangs does not wait for it', async () => {
  let calls = 0
  const asked: Array<() => void> = []
  const url = await rawServer(({ id }, response) => {
    if ((calls += 1) < 50) send(response, id, {})
    else asked.shift()?.()
  })
  for (const flags of [[], ['-r', '1000']]) {
    calls = 0
    const stop = new AbortController()
    asked.push(
      () => {},
      () => stop.abort(),
    )
    const ran = await run(
      ['bench', url, '--method', 'x', '-d', '60s', '-w', '0', '-c', '2', '--json', '-', ...flags],
      stop.signal,
    )
    const report = JSON.parse(ran.out) as Report
    expect(report.notes.join()).toContain('The load ended early: it was interrupted, with 2 calls unanswered.')
    // One was the trial.
    expect([report.latency.count, report.failed]).toEqual([48, 0])
  }
})

it.each(['bench', 'doctor', 'compare', 'profile'])(
  '%s is interrupted while it waits for a server to begin',
  async (name) => {
    const stop = new AbortController()
    const url = await listen(() => stop.abort())
    const server =
      name === 'profile'
        ? ['--', process.execPath, '-e', 'process.stdin.once("data", () => console.error("x"))']
        : [url]
    if (name === 'profile') setTimeout(() => stop.abort(), 200)
    const { code, err } = await run([name, ...server, ...(name === 'compare' ? [url] : [])], stop.signal)
    expect([code, err]).toEqual([2, 'It was interrupted.\n'])
  },
)

it('a load that is interrupted before it begins is not made', async () => {
  const stop = new AbortController()
  const url = await rawServer(() => stop.abort())
  const { code, err } = await run(['bench', url, '--method', 'x'], stop.signal)
  expect([code, err]).toEqual([2, 'It was interrupted.\n'])
})

it('a load that is interrupted reports what it has', async () => {
  const url = await listen(httpServers[2]!.handler(nobody()))
  const stop = new AbortController()
  const ran = run(['bench', url, '--tool', 'add', '-d', '60s', '-w', '0', '--json', '-'], stop.signal)
  setTimeout(() => stop.abort(), 300)
  const report = JSON.parse((await ran).out) as { notes: string[]; calls: number }
  expect(report.notes.join()).toContain('it was interrupted')
  expect(report.calls).toBeGreaterThan(0)
})
