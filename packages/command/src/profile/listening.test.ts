import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { httpServers } from '../fixtures/httpServers.ts'
import { listen } from '../fixtures/listen.ts'
import { run } from '../fixtures/run.ts'
import { selfTimeOf } from './cpuProfile.ts'
import type { CpuProfile } from './cpuProfile.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-listening-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const program = join(import.meta.dirname, '../fixtures/listening.ts')
const quick = ['-d', '500ms', '-w', '100ms', '-c', '4', '--tool', 'add']

/** A port of this machine at which nobody listens. */
const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const profiling = async (flags: readonly string[], words: readonly string[] = [], signal?: AbortSignal) => {
  const port = await freePort()
  const output = join(folder, 'a.cpuprofile')
  const url = ['--url', `http://127.0.0.1:${port}/mcp`]
  const started = ['--', process.execPath, program, String(port), ...words]
  return { port, output, ...(await run(['profile', ...quick, '-o', output, ...url, ...flags, ...started], signal)) }
}

it('a program that listens is started, loaded over HTTP, profiled and ended', async () => {
  const { code, out, err, output, port } = await profiling([])
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(/listening\.ts \d+: busy \d+ % of \d\.\d s, [\d,.]+ calls a second\n/)
  expect(out).toMatch(/^@modelcontextprotocol\/server +[\d.]+ %$/m)
  expect(selfTimeOf(JSON.parse(readFileSync(output, 'utf8')) as CpuProfile).totalMs).toBeGreaterThan(400)
  expect((await run(['bench', `http://127.0.0.1:${port}/mcp`])).err).toContain('ECONNREFUSED')
})

describe('is a sentence:', () => {
  it('a program that ends before it listens', async () => {
    expect((await profiling([], ['dies'])).err).toContain(
      'the server ended with exit code 1, saying: Error: No port is good enough.\n',
    )
  })

  it('one that never listens', async () => {
    const { code, err } = await profiling(['--timeout', '700ms'], ['deaf'])
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/does not listen at 127\.0\.0\.1:\d+, 700 ms after it was started\.$/m),
    ])
  })

  it('that it was interrupted', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 300)
    expect((await profiling([], ['deaf'], stop.signal)).err).toBe('It was interrupted.\n')
  })

  it('a server that was there before', async () => {
    const url = await listen(httpServers[2]!.handler({ texts: [], removed: 0 }))
    const { code, err } = await run(['profile', '-o', '-', '--url', url, '--', process.execPath, program, '1'])
    expect([code, err]).toEqual([2, expect.stringMatching(/^Something listens at 127\.0\.0\.1:\d+ already/)])
  })

  it('an endpoint that is none', async () => {
    const { err } = await run(['profile', '-o', '-', '--url', 'somewhere', '--', process.execPath, program, '1'])
    expect(err).toBe('--url is the URL of an MCP endpoint such as http://127.0.0.1:3000/mcp, got somewhere.\n')
  })
})

it('a server that runs is loaded while its ops listener profiles it', async () => {
  const asked: unknown[] = []
  const frame = { functionName: 'work', url: 'file:///a/b.ts', lineNumber: 1 }
  const ops = await listen((request, response) => {
    asked.push(request.url)
    response.end(JSON.stringify({ nodes: [{ id: 1, callFrame: frame }], samples: [1], timeDeltas: [100] }))
  })
  const texts: string[] = []
  const url = await listen(httpServers[2]!.handler({ texts, removed: 0 }))
  const args = ['profile', ops, '--url', url, '--tool', 'echo', '-d', '300ms', '-w', '0', '-o', join(folder, 'a')]
  const { code, out } = await run(args)
  expect([code, asked]).toEqual([0, ['/profile/cpu?seconds=0.3']])
  expect(out).toMatch(/busy 100 % of 0\.0 s, [\d,.]+ calls a second\n/)
  expect(texts.length).toBeGreaterThan(10)
})

it('a profile that takes long can be interrupted', async () => {
  const stop = new AbortController()
  const ops = await listen(() => stop.abort())
  expect(await run(['profile', ops, '-o', join(folder, 'a')], stop.signal)).toMatchObject({
    code: 2,
    err: 'It was interrupted.\n',
  })
})
