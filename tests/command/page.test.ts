import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command } from '@millrace/command'
import { serve } from '@millrace/edge'
import type { Serving } from '@millrace/edge'
import { ops } from '@millrace/ops'
import type { Ops } from '@millrace/ops'
import { McpServer } from '@modelcontextprotocol/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { blocksOf } from '../readme/blocks.ts'
import { wordsOfShell } from './words.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/command.md'), 'utf8')
const program = join(import.meta.dirname, 'program.ts')
const listeningProgram = join(import.meta.dirname, 'listening.ts')
const typed = blocksOf('command.md', page)
  .filter(({ info }) => info === 'sh')
  .flatMap(({ code }) => code.trim().split('\n'))

const token = 'sixteen-characters-or-more'
let serving: Serving
let folder: string
let seen: Ops
let listener: URL
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-page-'))
  serving = await serve(
    () => {
      const server = new McpServer({ name: 'demo', version: '1.0.0' })
      const config = { inputSchema: z.object({ text: z.string() }), annotations: { readOnlyHint: true } }
      server.registerTool('search', config, async ({ text }) => ({ content: [{ type: 'text', text }] }))
      return server
    },
    { port: 0 },
  )
  seen = ops({ port: 0, token })
  listener = (await seen.start()).url
  process.env['PAGE_PORT'] = String(await freePort())
})
afterAll(async () => {
  await seen.close()
  await serving.close()
  rmSync(folder, { recursive: true })
})

const freePort = async (): Promise<number> => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const { port } = holder.address() as AddressInfo
  holder.close()
  await once(holder, 'close')
  return port
}

/** Runs a line of the page against a server of this test, for a shorter time. */
const run = async (line: string) => {
  const [npx, millrace, name = '', ...words] = wordsOfShell(line)
  expect([npx, millrace]).toEqual(['npx', 'millrace'])
  const here = words.flatMap((word) => {
    // A program that is started listens where nobody does.
    if (word.startsWith('http://127.0.0.1:3000/'))
      return line.includes('http.js') ? `http://127.0.0.1:${process.env['PAGE_PORT']}/mcp` : serving.url.href
    if (word === 'http://127.0.0.1:9464') return listener.href
    if (word === '"$OPS_TOKEN"') return token
    if (word === 'node') return process.execPath
    if (word === 'server.js') return program
    if (word === 'http.js') return ['--conditions=@millrace/source', listeningProgram]
    if (word === 'node server.js') return `${process.execPath} ${program}`
    return /^report\.(?:json|html|cpuprofile)$/.test(word) ? join(folder, word) : word
  })
  let out = ''
  let err = ''
  const code = await command([name, ...shorter[name]!, ...here], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  })
  return { code, out, err }
}

const shorter: { readonly [command: string]: readonly string[] } = {
  bench: ['-d', '300ms', '-w', '0', '-c', '2'],
  compare: ['-d', '300ms', '-w', '0', '-c', '2', '--rounds', '3'],
  doctor: [],
  profile: ['-d', '300ms', '-w', '0', '-c', '2'],
}

it('the page has commands', () => {
  expect(typed.length).toBeGreaterThan(3)
})

describe('a command of the page can be carried out', () => {
  it.each(typed)('%s', async (line) => {
    const { code, out, err } = await run(line)
    // Which of two that are alike is slower in a tenth of a second is nobody's business.
    expect(line.includes(' bench ') ? [0] : [0, 1], err).toContain(code)
    expect(out).toMatch(/ms +(?:A +B|answered)|^Nothing was found|\d findings?\n$|self time by package/)
  })
})

it('reports are written', () => {
  expect(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))).toMatchObject({
    server: 'demo 1.0.0',
    failed: 0,
  })
  expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('<polyline')
})

it('the page has every flag, and no other', async () => {
  let help = ''
  const write = (text: string) => (help += text)
  for (const name of Object.keys(shorter)) await command([name, '--help'], { stdout: { write }, stderr: { write } })
  const flagsIn = (text: string) => new Set([...text.matchAll(/--[a-z][a-z0-9-]+ [<[][a-z]+/g)].map(([flag]) => flag))
  const tables = page.split('\n').filter((line) => line.startsWith('|'))
  expect([...flagsIn(tables.join('\n'))].toSorted()).toEqual([...flagsIn(help)].toSorted())
})
