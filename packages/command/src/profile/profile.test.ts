import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listen } from '../fixtures/listen.ts'
import { run } from '../fixtures/run.ts'
import { selfTimeOf } from './cpuProfile.ts'
import type { CpuProfile } from './cpuProfile.ts'
import { inspected } from './inspected.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-profile-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const program = join(import.meta.dirname, '../fixtures/program.ts')
const quick = ['-d', '500ms', '-w', '100ms', '-c', '4']
const output = () => join(folder, 'a.cpuprofile')

it.each(['v1', 'v2'])('a program of %s is profiled under load', async (line) => {
  const { code, out, err } = await run([
    'profile',
    ...quick,
    '-o',
    output(),
    '--tool',
    'add',
    '--',
    process.execPath,
    program,
    line,
  ])
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(/: busy \d+ % of \d\.\d s, [\d,.]+ calls a second\n/)
  expect(out).toMatch(/^zod +[\d.]+ %$/m)
  expect(out).toMatch(/^node +[\d.]+ %$/m)
  expect(out).toContain(`Written to ${output()}`)
  const profile = JSON.parse(readFileSync(output(), 'utf8')) as CpuProfile
  expect(profile.nodes.length).toBeGreaterThan(20)
  expect(selfTimeOf(profile).totalMs).toBeGreaterThan(400)
})

it('a profile goes to stdout alone when it is told to', async () => {
  const words = ['--tool', 'add', '--', process.execPath, program, 'v2']
  const { code, out } = await run(['profile', ...quick, '-o', '-', ...words])
  expect([code, (JSON.parse(out) as CpuProfile).nodes.length > 20]).toEqual([0, true])
})

it('what fails meanwhile is told', async () => {
  const args = [
    'profile',
    ...quick,
    '-w',
    '0',
    '-o',
    output(),
    '--tool',
    'broken',
    '--',
    process.execPath,
    program,
    'v1',
  ]
  expect((await run(args)).out).toMatch(/^The first tools\/call broken failed .*\n\d+ calls failed\.$/m)
})

describe('what cannot be profiled is a sentence', () => {
  const errOf = async (...args: string[]) => {
    const { code, err } = await run(['profile', ...quick, ...args])
    return `${code} ${err}`
  }

  it('a program that dies', async () => {
    const dying = ['--tool', 'echo', '--', process.execPath, program, 'v1', 'dies']
    expect(await errOf(...dying)).toMatch(
      /the server ended with exit code 7, saying: out of ideas|The process ended before/,
    )
  })

  it('a program that is not Node', async () => {
    const shell = `while read -r line; do id=$(echo "$line" | sed -n 's/.*"id":\\([0-9]*\\).*/\\1/p'); [ -n "$id" ] && echo "{\\"jsonrpc\\":\\"2.0\\",\\"id\\":$id,\\"result\\":{}}"; done`
    expect(await errOf('--method', 'x', '--', 'sh', '-c', shell)).toContain(
      'is no Node program: it cannot be profiled.',
    )
  })

  it('a profile that cannot be written', async () => {
    const args = ['-o', join(folder, 'no', 'a'), '--tool', 'add', '--', process.execPath, program, 'v1']
    expect(await errOf(...args)).toContain('2 The profile cannot be written to')
  })

  it.each<[number, string, string]>([
    [401, 'who?', 'does not know the token; give --token or OPS_TOKEN.'],
    [404, '', 'has no profiles: is that the address of ops()?'],
    [409, 'Another is being made.', 'gave no profile: HTTP 409, Another is being made.'],
    [200, '{}', 'gave no profile: HTTP 200'],
  ])('a listener that answers %i', async (status, body, message) => {
    const url = await listen((_, response) => response.writeHead(status).end(body))
    expect(await errOf(url)).toContain(message)
  })

  it('a listener that is not there', async () => {
    expect(await errOf('http://127.0.0.1:1')).toContain('cannot be reached')
  })

  it('an inspector that is not there, or goes', async () => {
    await expect(inspected('ws://127.0.0.1:1/a')).rejects.toThrow(
      'The inspector at ws://127.0.0.1:1/a does not answer.',
    )
  })
})

it('the token goes to the listener, and the profile comes back', async () => {
  const asked: unknown[] = []
  const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 4 })
  const profile: CpuProfile = {
    nodes: [
      { id: 1, callFrame: frame('(idle)', '') },
      { id: 2, callFrame: frame('parse', 'file:///a/node_modules/.pnpm/z/node_modules/@scope/zod/lib/v4/a.js') },
      { id: 3, callFrame: frame('', 'file:///a/src/b.ts') },
      { id: 4, callFrame: frame('(garbage collector)', '') },
      { id: 5, callFrame: frame('writev', '') },
      { id: 6, callFrame: frame('nextTick', 'node:internal/task_queues') },
    ],
    samples: [1, 2, 2, 3, 4, 5, 6, 99],
    timeDeltas: [500, 100, 100, 100, 100, 50, 50, 0],
  }
  const url = await listen((request, response) => {
    asked.push([request.method, request.url, request.headers.authorization, request.headers['x-millrace']])
    response.end(JSON.stringify(profile))
  })
  const { code, out } = await run(['profile', url, '--token', 'secret', '-d', '2s', '-o', output()])
  expect(code).toBe(0)
  expect(asked).toEqual([['POST', '/profile/cpu?seconds=2', 'Bearer secret', '1']])
  expect(out.split('\n')).toEqual([
    `${url}: busy 50 % of 0.0 s`,
    '',
    'self time by package   of busy',
    '@scope/zod                40 %',
    "the server's own          20 %",
    'garbage collection        20 %',
    'V8 and what is native     10 %',
    'node                      10 %',
    '',
    'self time by function                  of busy',
    'parse  lib/v4/a.js:5                      40 %',
    '(anonymous)  a/src/b.ts:5                 20 %',
    '(garbage collector)                       20 %',
    'writev                                    10 %',
    'nextTick  node:internal/task_queues:5     10 %',
    '',
    `Written to ${output()}, for the developer tools of Chrome, VS Code and speedscope.`,
    '',
  ])
})

it('a profile of nothing is one', () => {
  expect(selfTimeOf({ nodes: [] })).toEqual({ totalMs: 0, busyRatio: 0, packages: [], functions: [] })
})
