import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../fixtures/run.ts'
import type { Finding } from './finding.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-doctor-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (path: string, text: string): string => {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
  return join(folder, path)
}
const found = async (text: string): Promise<string[]> => {
  const { out, err } = await run(['doctor', '--json', '-', write('server.ts', text)])
  if (out === '') throw new Error(err)
  return (JSON.parse(out) as Finding[]).map(({ id, where }) => `${id} ${where}`)
}

const head = `import { McpServer } from '@modelcontextprotocol/server'
import { use, cached, retry, queue, timeout, recommended, only } from 'millrace'
const server: McpServer = new McpServer({ name: 'a', version: '1' })
`
const tool = (body: string, imports = ''): string =>
  `${imports}\nserver.registerTool('a', { annotations: {} }, async (args: object) => {\n${body}\n})\n`

describe('a chain', () => {
  it.each([
    ['in order, with a timeout', 'use(server, timeout({ timeoutMs: 1 }), cached(), retry(), queue())', []],
    ['with recommended({ timeout })', 'use(server, recommended({ timeout: true }))', []],
    ['with options from elsewhere', 'use(server, recommended(options))', []],
    ['with layers from elsewhere', 'use(server, ...layers)', []],
    ['with a timeout for one tool', "use(server, only('a', timeout()), queue())", []],
    ['in the wrong order', 'use(server, timeout(), queue(), cached())', ['wrong-order server.ts:4']],
    ['in the wrong order inside', "use(server, timeout(), retry(), only('a', cached()))", ['wrong-order server.ts:4']],
    ['without a timeout', 'use(server, cached())', ['no-timeout server.ts:4']],
    ['without a timeout in recommended', 'use(server, recommended())', ['no-timeout server.ts:4']],
  ])('%s', async (_what, text, expected) => {
    expect(await found(head + text)).toEqual(expected)
  })

  it('that is not there', async () => {
    const text = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'\nnew McpServer({})\n"
    expect(await found(text)).toEqual(['no-middleware server.ts:2'])
  })

  it('of something else is left alone', async () => {
    expect(await found("import express from 'express'\nconst app = express()\napp.use(json())\nuse(a, b())\n")).toEqual(
      [],
    )
  })
})

describe('a handler', () => {
  it.each<[string, string, string[]]>([
    ['that is as it should be', tool('await fetch(url, { signal })'), []],
    ['whose options come from elsewhere', tool('await fetch(url, options)'), []],
    [
      'that connects',
      tool('const db = new Client()\n', "import { Client } from 'pg'"),
      ['connection-per-call server.ts:3'],
    ],
    ['that connects with pg.Pool', tool('new pg.Pool()', "import pg from 'pg'"), ['connection-per-call server.ts:3']],
    ['that makes a client of its own', tool('new Client()', "import { Client } from './client.ts'"), []],
    [
      'that connects to Redis',
      tool('createClient()', "import { createClient } from 'redis'"),
      ['connection-per-call server.ts:3'],
    ],
    ['that blocks', tool("readFileSync('a')"), ['blocking-call server.ts:3']],
    [
      'that asks without an end',
      tool('await fetch(url)\nawait fetch(url, { method })'),
      ['fetch-without-signal server.ts:3', 'fetch-without-signal server.ts:4'],
    ],
    ['whose tool says nothing', "server.tool('a', { inputSchema }, run)", ['no-annotations server.ts:1']],
    [
      'whose tool may say something',
      "server.registerTool('a', { ...config }, run)\nserver.registerTool('a', config, run)",
      [],
    ],
    ['that is none', "readFileSync('a')\nfetch(url)\nasync function f() { await fetch(url) }", []],
  ])('%s', async (_what, text, expected) => {
    expect(await found(text)).toEqual(expected)
  })
})

describe('a server', () => {
  it.each<[string, string, string[]]>([
    ['for each request of v2', 'createMcpHandler(() => make())', ['server-per-request server.ts:1']],
    [
      'for each request of v1',
      "app.post('/mcp', () => {\n new StreamableHTTPServerTransport({ sessionIdGenerator: undefined }) })",
      ['server-per-request server.ts:2'],
    ],
    [
      'for each request of v1, by default',
      'function answer() { new StreamableHTTPServerTransport() }',
      ['server-per-request server.ts:1'],
    ],
    ['for each session', 'const open = () => new StreamableHTTPServerTransport({ sessionIdGenerator: () => id })', []],
    ['with options from elsewhere', 'const open = () => new StreamableHTTPServerTransport(options)', []],
    [
      'that talks to stdout',
      "import { serveStdio } from '@modelcontextprotocol/server/stdio'\nconsole.log('up')\nlogger.log('up')\nlog()",
      ['stdout-noise server.ts:2'],
    ],
    ['that talks elsewhere', "console.log('up')", []],
  ])('%s', async (_what, text, expected) => {
    expect(await found(text)).toEqual(expected)
  })
})

it('a folder is examined without what is built, installed or a test', async () => {
  for (const path of [
    'src/a.ts',
    'b.mjs',
    'node_modules/c/c.js',
    'dist/d.js',
    'src/e.test.ts',
    'f.d.ts',
    '.g/g.ts',
    'h.md',
  ])
    write(path, 'createMcpHandler()')
  const file = join(folder, 'findings.json')
  const { code, out } = await run(['doctor', folder, '--json', file])
  expect([code, out.match(/^server-per-request {2}(.*)$/gm)]).toEqual([
    1,
    ['server-per-request  b.mjs:1', 'server-per-request  src/a.ts:1'],
  ])
  expect(out).toContain('\n2 findings\n')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveLength(2)
})

describe('what cannot be examined is a sentence', () => {
  const errOf = async (...args: string[]) => {
    const { code, err } = await run(['doctor', ...args])
    return `${code} ${err}`
  }
  it('a folder without sources', async () => {
    expect(await errOf(folder)).toBe(`2 ${folder} has no JavaScript and no TypeScript in it.\n`)
  })
  it('a file that is no program', async () => {
    expect(await errOf(write('a.ts', 'const = 1'))).toContain('a.ts cannot be read: ')
  })
  it('findings that cannot be written', async () => {
    expect(await errOf(write('a.ts', ''), '--json', join(folder, 'no', 'a.json'))).toContain(
      '2 The findings cannot be written to',
    )
  })
})
