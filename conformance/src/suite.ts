import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Check, score } from './compare.ts'
import type { Suite } from './suites.ts'

/** What a suite said of a server. */
export interface Report {
  readonly checks: readonly Check[]
  /** 0 when everything that the suite scores has passed. */
  readonly exitCode: number
}

// A run takes 3 s; one that hangs must not hold up the others for ever.
const maxMs = 120_000

/**
 * Runs a suite against a server and reads its verdicts.
 * @throws Error when the suite does not come to its summary, or records other totals than it prints.
 */
export async function runSuite(suite: Suite, url: string): Promise<Report> {
  const directory = await mkdtemp(join(tmpdir(), 'conformance-'))
  try {
    const { output, exitCode } = await runCommand(suite, ['server', '--url', url, '-o', directory, ...suite.args])
    const summary = summaryOf(output)
    if (summary.length === 0) throw new Error(`${suite.title} printed no summary:\n${output.slice(-2_000)}`)
    const folders = await readdir(directory)
    const checks = await Promise.all(summary.map((line) => checksOf(directory, folders, line)))
    return { checks: checks.flat(), exitCode }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

interface SummaryLine {
  readonly scenario: string
  readonly passed: number
  readonly failed: number
}

async function runCommand(suite: Suite, args: readonly string[]): Promise<{ output: string; exitCode: number }> {
  const manifest = fileURLToPath(import.meta.resolve(`${suite.package}/package.json`))
  const { bin } = JSON.parse(await readFile(manifest, 'utf8')) as { bin: { conformance: string } }
  const child = spawn(process.execPath, [join(dirname(manifest), bin.conformance), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: maxMs,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ output, exitCode: code ?? 1 }))
  })
}

function summaryOf(output: string): SummaryLine[] {
  const [, summary = ''] = output.split('=== SUMMARY ===')
  return [...summary.matchAll(/^[✓✗] (\S+): (\d+) passed, (\d+) failed$/gm)].map(([, scenario, passed, failed]) => ({
    scenario: String(scenario),
    passed: Number(passed),
    failed: Number(failed),
  }))
}

async function checksOf(directory: string, folders: readonly string[], line: SummaryLine): Promise<Check[]> {
  const { scenario, passed, failed } = line
  const folder = folders.find((name) => name.replace(/-\d{4}-\d\d-\d\dT[-\dZ]+$/, '') === `server-${scenario}`)
  const recorded = folder === undefined ? [] : await read(join(directory, folder, 'checks.json'))
  const checks = recorded.map(({ id, name, status, errorMessage }) => {
    return { scenario, id, name, status, message: errorMessage }
  })
  const counted = score(checks)
  if (counted.passed === passed && counted.failed === failed) return checks
  // A scenario that throws records nothing; the suite counts it as one failure.
  if (checks.length === 0 && passed === 0 && failed === 1) {
    return [{ scenario, id: scenario, name: scenario, status: 'FAILURE', message: 'the scenario threw' }]
  }
  throw new Error(`${scenario} printed ${passed}/${failed}, but recorded ${counted.passed}/${counted.failed}`)
}

interface RecordedCheck {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly errorMessage?: string
}

async function read(file: string): Promise<RecordedCheck[]> {
  const content = await readFile(file, 'utf8').catch(() => '[]')
  return JSON.parse(content) as RecordedCheck[]
}
