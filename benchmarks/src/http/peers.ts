import { execFileSync, fork, spawnSync } from 'node:child_process'
import type { CommonExecOptions } from 'node:child_process'
import { cpSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Run } from '../case.ts'
import { Unavailable } from '../case.ts'
import { loaded, spendingOf } from './loading.ts'

const folder = join(import.meta.dirname, '../../peers')
// What they would tell their makers.
const silent = { MCP_USE_ANONYMIZED_TELEMETRY: 'false', XMCP_TELEMETRY_DISABLED: '1' }
const environment = { ...process.env, ...silent, NODE_ENV: 'production' }

/**
 * Installs the peers beside their programs, whose folder is no part of the workspace, and builds what has to be built.
 *
 * @returns a folder with programs that were built
 * @throws Error when they cannot be installed
 */
export const installed = async (): Promise<string> => {
  const options: CommonExecOptions = { cwd: folder, env: environment, stdio: ['ignore', 'ignore', 'inherit'] }
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  try {
    execFileSync('npm', ['install', '--ignore-scripts', '--no-package-lock', '--omit=peer', ...quiet], options)
  } catch (error) {
    throw new Error('httpPeers: npm could not install the servers of benchmarks/peers', { cause: error })
  }
  const built = mkdtempSync(join(tmpdir(), 'millrace-peers-'))
  for (const name of ['xmcp', 'tool.mjs']) cpSync(join(folder, name), join(built, name), { recursive: true })
  symlinkSync(join(folder, 'node_modules'), join(built, 'node_modules'))
  const project = join(built, 'xmcp')
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'peer', version: '1.0.0', private: true }))
  // Where it cannot be built its rows say so, and the others are measured.
  spawnSync(process.execPath, [join(built, 'node_modules', '.bin', 'xmcp'), 'build'], { ...options, cwd: project })
  return built
}

/** Loads a peer; what counts is the processor time that it uses. @throws Unavailable with the peer's own words */
export const loadingPeer = async (program: string, requests: readonly string[], expected: string): Promise<Run> => {
  const child = fork(join(folder, program), {
    env: environment,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let errors = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4000)))
  try {
    return spendingOf(await loaded(child, requests, expected))
  } catch (error) {
    child.kill()
    throw new Unavailable(reasonIn(`${errors}\n${(error as Error).message}`))
  }
}

/** The first sentence of an error, in what a program or its answer says. */
const reasonIn = (text: string): string => {
  const said =
    /"message":"([^"]*)/.exec(text)?.[1] ?? /^\w*Error\b.*$/m.exec(text)?.[0] ?? text.trim().split('\n').at(-1) ?? ''
  return said.split('. ')[0] ?? said
}
