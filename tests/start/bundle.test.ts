import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, beforeAll, expect, it } from 'vitest'

const page = readFileSync(join(import.meta.dirname, '../../docs/cold-start.md'), 'utf8')

/** What the page says to type. */
const recipe = /^npx (rolldown .+)$/m.exec(page)?.[1] ?? ''

// No folder above it has modules: what is not in the bundle is not there.
let folder: string
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'millrace-start-'))))
afterAll(() => rmSync(folder, { recursive: true }))

it.each(['v1', 'v2'])(
  'a server of %s that is bundled as the page says starts by itself and serves',
  async (line) => {
    const bundle = join(folder, `${line}.js`)
    const config = join(folder, 'rolldown.config.mjs')
    // Tests read the sources of the packages, where an author has what is published.
    const conditions = ['@millrace/source', 'node', 'import', 'default']
    const more = { input: `${line}.ts`, resolve: { conditionNames: conditions } }
    writeFileSync(config, `export default ${JSON.stringify(more)}`)
    const args = recipe
      .split(' ')
      .map((word) => ({ 'src/server.ts': `${line}.ts`, 'dist/server.js': bundle })[word] ?? word)
    expect(args).toContain(bundle)
    execFileSync('npx', [...args, '--config', config], { cwd: import.meta.dirname, stdio: 'pipe' })
    // What nobody uses is left out.
    expect(readFileSync(bundle, 'utf8')).not.toContain('edge.sessionOpened')
    const client = new Client({ name: 'test', version: '1.0.0' })
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [bundle], cwd: folder }))
    const ask = () => client.callTool({ name: 'time', arguments: { zone: 'UTC' } })
    const first = await ask()
    expect(first).toMatchObject({ content: [{ text: expect.stringMatching(/^UTC \d/) }] })
    expect((await ask()).content).toEqual(first.content)
    await client.close()
  },
  60_000,
)
