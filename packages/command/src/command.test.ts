import { describe, expect, it } from 'vitest'
import { httpServers } from './fixtures/httpServers.ts'
import { listen } from './fixtures/listen.ts'
import { run } from './fixtures/run.ts'

it('help is no mistake', async () => {
  const { code, out, err } = await run(['--help'])
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain('bench [options] <server...>')
  expect((await run(['bench', '--help'])).out).toContain('--max-p95 <ms>')
})

it('says which version it is', async () => {
  const { code, out } = await run(['--version'])
  expect([code, out]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)])
})

describe('what was typed wrong is told, and the exit code is 2', () => {
  const url = 'http://127.0.0.1:1/mcp'
  it.each<[string[], string]>([
    [['bonch'], "unknown command 'bonch'"],
    [['bench'], "missing required argument 'server'"],
    [['bench', url, '--concurrncy', '3'], 'Did you mean --concurrency?'],
    [['bench', url, '-c', '0'], 'It must be an integer from 1 to 10000.'],
    [['bench', url, '--seed', '-1'], 'It must be an integer ≥ 0.'],
    [['bench', url, '-d', 'long'], 'It must be a time up to 24 hours such as 500ms, 10s or 2m.'],
    [['bench', url, '-d', '0'], 'It must be longer than 0.'],
    [['bench', url, '-r', '0'], 'It must be a number above 0.'],
    [['bench', url, '--max-error-ratio', '2'], 'It must be a number from 0 to 1.'],
    [['bench', url, '--args', '{}'], "It belongs after a --tool: --tool NAME --args '{…}'."],
    [['bench', url, '--method', 'a', '--args', '{}'], 'It belongs after a --tool'],
    [['bench', url, '--tool', 'a', '--args', '{'], 'It must be a JSON object'],
    [['bench', url, '--tool', 'a', '--args', '[]'], 'It must be a JSON object such as {"city":"Rome"}.'],
    [['bench', url, '--tool', 'a', '--mix', 'b'], "option '--mix <file>' cannot be used with option '--tool <name>'"],
    [['bench', url, '-H', 'nonsense'], "It must be a header such as 'authorization: Bearer …'."],
    [['bench', url, '-H', 'Accept-Encoding: br'], 'Compressed answers are not read'],
    [['bench', url, '-H', 'Content-Length: 7'], 'How long a request is follows from what is in it.'],
    [['bench', url, '--protocol', 'new'], 'It must be a revision such as 2025-11-25, up to 2026-07-28.'],
    [['bench', 'http://'], 'http:// is not a URL.'],
    [['bench', 'ftp://a'], 'A server is an http or https URL or a program, got ftp://a.'],
    [['bench', url, url], `One server at a time, got ${url} ${url}: compare takes two.`],
    [['bench', url, '--protocol', '2030-01-01'], 'such as 2025-11-25, up to 2026-07-28.'],
    [['bench', ' '], 'A server is a URL or a program, got nothing.'],
    [['bench', 'node "a'], 'The command has a " that is never closed'],
  ])('%j', async (args, message) => {
    const { code, out, err } = await run(args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(message)
  })
})

it('defaults are shown as they would be typed', async () => {
  for (const [name, duration] of [
    ['bench', '10s'],
    ['compare', '2s'],
    ['profile', '10s'],
  ] as const) {
    const { out } = await run([name, '--help'])
    expect(out).toMatch(new RegExp(`--duration <time> .*\\(default: ${duration}\\)`, 's'))
    expect(out).toMatch(/--timeout <time> .*\(default: 30s\)/s)
  }
})

describe('thresholds', () => {
  const bench = async (...flags: string[]) => {
    const url = await listen(httpServers[2]!.handler({ texts: [], removed: 0 }))
    return run(['bench', url, '--tool', 'add', '-d', '200ms', '-w', '0', '-c', '2', ...flags])
  }

  it('that are kept end with 0', async () => {
    const { code, err } = await bench(
      '--max-p50',
      '9000',
      '--max-p95',
      '9000',
      '--max-p99',
      '9000',
      '--max-error-ratio',
      '0',
      '--min-rate',
      '1',
    )
    expect([code, err]).toEqual([0, ''])
  })

  it('that are missed end with 1, a sentence each', async () => {
    const { code, err } = await bench('--max-p50', '0.001', '--max-p95', '0.001', '--min-rate', '1e9')
    expect(code).toBe(1)
    expect(err).toMatch(
      /^p50 is [\d.]+ ms, more than 0\.001 ms\.\np95 is .*\n[\d.,]+ answers a second, fewer than 1,000,000,000\.\n$/,
    )
  })
})

it('a mistake of our own is not hidden', async () => {
  const broken = {
    write: () => {
      throw new TypeError('planted')
    },
  }
  const { command } = await import('./command.ts')
  await expect(command(['--help'], { stdout: broken, stderr: broken })).rejects.toThrow('planted')
})
