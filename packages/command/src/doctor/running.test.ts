import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { httpServers } from '../fixtures/httpServers.ts'
import { listen } from '../fixtures/listen.ts'
import { rawServer, send } from '../fixtures/rawServer.ts'
import { run } from '../fixtures/run.ts'
import type { Finding } from './finding.ts'

const examined = async (...args: string[]) => {
  const { code, out, err } = await run(['doctor', '--json', '-', ...args])
  if (out === '') throw new Error(`exit ${code}: ${err}`)
  return { code, findings: JSON.parse(out) as Finding[] }
}
const idsOf = (findings: readonly Finding[]) => findings.map(({ id }) => id)
const reads = { annotations: { readOnlyHint: true } }

/** A server of 2026-07-28 with this list and these answers. */
const listing = (list: object, answerMs: (call: number) => number = () => 0, listMs = 0) => {
  let calls = 0
  return rawServer(({ id, method }, response) => {
    const wait = method === 'tools/list' ? listMs : answerMs((calls += 1))
    setTimeout(() => send(response, id, method === 'tools/list' ? list : {}), wait)
  })
}

describe('servers as the documentation of their SDK has them', () => {
  it.each([
    ['v1 without sessions', 0, ['no-annotations', 'dns-rebinding']],
    ['v1 with sessions', 1, ['no-annotations', 'sessions']],
    ['v2', 2, ['no-annotations', 'no-cache-hints', 'dns-rebinding']],
  ] as const)('%s', async (_name, at, expected) => {
    const url = await listen(httpServers[at]!.handler({ texts: [], removed: 0 }))
    const { code, findings } = await examined(url)
    expect(code).toBe(1)
    expect(idsOf(findings)).toEqual(expect.arrayContaining([...expected]))
    expect(findings[0]).toMatchObject({ where: 'broken, remove' })
  })

  it.each(['v1', 'v2'])('%s over stdio, which talks to stdout', async (line) => {
    const program = join(import.meta.dirname, '../fixtures/program.ts')
    const { findings } = await examined('--', process.execPath, program, line, 'garbage')
    expect(idsOf(findings)).toEqual(expect.arrayContaining(['no-annotations', 'stdout-noise']))
  })
})

it('a server that is well has nothing', async () => {
  const url = await rawServer(({ id }, response) => {
    if (response.req.headers.host?.startsWith('127.0.0.1') === true) send(response, id, { tools: [], ttlMs: 1000 })
    else response.writeHead(403).end()
  })
  const { code, out } = await run(['doctor', url])
  expect([code, out]).toEqual([0, 'Nothing was found.\n'])
})

describe('is found', () => {
  it('a list that is long, large, slow and on one page', async () => {
    const tools = Array.from({ length: 60 }, (_, n) => ({ name: `t${n}`, description: 'x'.repeat(1200) }))
    const large = { name: 'huge', description: 'x'.repeat(9000) }
    const { findings } = await examined(await listing({ tools: [...tools, large], ttlMs: 0 }, () => 0, 15))
    const ids = [
      'slow-list',
      'large-schema',
      'large-list',
      'no-pages',
      'no-cache-hints',
      'no-compression',
      'no-annotations',
    ]
    expect(idsOf(findings)).toEqual(expect.arrayContaining(ids))
    expect(findings.find(({ id }) => id === 'large-schema')).toMatchObject({ where: 'huge' })
  })

  it('a tool that is slow, and one that works again for the same question', async () => {
    const tools = [
      { name: 'slow', ...reads },
      { name: 'again', ...reads },
      { name: 'quick', ...reads },
    ]
    const times = [1100, 1100, 80, 80, 80, 0]
    const { findings } = await examined(await listing({ tools }, (call) => times[call - 1]!))
    const calls = findings.filter(({ id }) => id === 'slow-call' || id === 'repeated-call')
    expect(calls.map(({ id, where }) => `${id} ${where}`)).toEqual(['slow-call slow', 'repeated-call again'])
  })

  it('nothing of tools that cannot be called', async () => {
    const tools = [{ name: 'a', ...reads, inputSchema: { required: ['x'], properties: { x: { pattern: '^q{9}$' } } } }]
    const { findings } = await examined(await listing({ tools, ttlMs: 5 }))
    expect(idsOf(findings)).toEqual(['dns-rebinding'])
  })

  it('a connection that is closed after each answer', async () => {
    const url = await rawServer(({ id }, response) => {
      response.setHeader('connection', 'close')
      send(response, id, { tools: [] })
    })
    expect(idsOf((await examined(url)).findings)).toContain('no-keep-alive')
  })
})

it('findings that are ignored are no findings', async () => {
  const url = await listing({ tools: [], ttlMs: 5 })
  const { code, out } = await run(['doctor', url, '--ignore', 'dns-rebinding', '--ignore', 'no-pages'])
  expect([code, out]).toEqual([0, 'Nothing was found.\n'])
  const told = await run(['doctor', url])
  expect([told.code, told.out]).toEqual([
    1,
    expect.stringMatching(/^dns-rebinding {2}http[^]*Why: [^]*Change: [^]*\n1 finding\n$/),
  ])
})

it('a server that fails to list its tools, or vanishes, is a sentence', async () => {
  const broken = await rawServer((_, response) => void response.writeHead(500).end())
  const { code, err } = await run(['doctor', broken])
  expect([code, err]).toEqual([2, expect.stringContaining('tools/list: ')])
  let asked = 0
  const vanishing = await rawServer(({ id }, response) => {
    if ((asked += 1) < 14) send(response, id, { tools: [] })
    else response.destroy()
  })
  const gone = await run(['doctor', vanishing])
  expect([gone.code, gone.err]).toEqual([2, expect.stringContaining('could not be examined')])
})
