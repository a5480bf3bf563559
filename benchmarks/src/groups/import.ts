import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Case, Comparison, Group } from '../case.ts'
import { built } from '../built.ts'

const servers = {
  v1: `
    import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
    import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
    import * as z from 'zod'`,
  v2: `
    import { McpServer } from '@modelcontextprotocol/server'
    import { serveStdio } from '@modelcontextprotocol/server/stdio'
    import * as z from 'zod'`,
} as const
type LineName = keyof typeof servers

const additions = {
  'the SDK alone': [],
  '@millrace/core and @millrace/mcp': ['@millrace/core', '@millrace/mcp'],
  millrace: ['millrace'],
} as const
type Addition = keyof typeof additions

const lineNames = Object.keys(servers) as LineName[]
const additionNames = Object.keys(additions) as Addition[]

const start = (line: LineName, addition: Addition): Case => ({
  name: `${line}: ${addition}`,
  base: `${line}: the SDK alone`,
  unit: 'ms',
  sampling: { warmUpMs: 0, samples: 25, rounds: 5 },
  setup: async () => {
    const folder = process.env['BENCH_FOLDER']
    if (folder === undefined || !existsSync(folder)) throw new Error('the packages have not been built')
    const program = [servers[line], ...additions[addition].map((name) => `import '${name}'`), report].join('\n')
    return (times) => {
      let ms = 0
      for (let at = 0; at < times; at += 1) ms += startOf(program, folder)
      return ms * 1e6
    }
  },
})

// As the stopwatch does it, whose TypeScript would take longer than all that is measured.
const report = `
  import { readFileSync } from 'node:fs'
  let waitedNs = 0
  try { waitedNs = Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[1]) } catch {}
  process.stdout.write(String(performance.now() - waitedNs / 1e6))`

/** Milliseconds from the start of a process until everything is imported. */
const startOf = (program: string, folder: string): number => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr.split('\n').find((line) => line.includes('Error')) ?? `exit ${status}`)
  return Number(stdout)
}

/** What importing Millrace adds to the start of a server. */
export const group: Group = {
  name: 'import',
  module: import.meta.url,
  prepare: () => built(join(import.meta.dirname, '../..')),
  cases: lineNames.flatMap((line) => additionNames.map((addition) => start(line, addition))),
  comparisons: lineNames.flatMap((line) =>
    additionNames.slice(1).map((addition): Comparison => ({
      name: `${line}: importing ${addition} adds`,
      of: `${line}: ${addition}`,
      with: `${line}: the SDK alone`,
      as: 'added',
      ...(addition === 'millrace' ? {} : { bar: 15 }),
    })),
  ),
}
