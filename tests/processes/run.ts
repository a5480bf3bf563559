import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { onTestFinished, vi } from 'vitest'

const program = fileURLToPath(new URL('program.ts', import.meta.url))

/** A server of several processes. */
export interface Running {
  readonly mcp: URL
  readonly ops: URL
  readonly process: ChildProcess
  /** Where each process says that operators ask. */
  readonly said: ReadonlySet<string>
  /** Exit code and signal. */
  readonly ended: Promise<unknown[]>
}

/** Runs the program with so many workers, all of which listen, until the test is finished. */
export const run = async (workers: number, env: NodeJS.ProcessEnv = {}): Promise<Running> => {
  const child = spawn(process.execPath, ['--conditions=@millrace/source', program, String(workers)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'millrace-processes'), ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'close').then(([code, signal]) => [code, signal] as unknown[])
  const lines: Said[] = []
  createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line) as Said))
  await vi.waitFor(() => {
    if (lines.length <= workers) throw new Error(`${lines.length} processes have started`)
  }, patience)
  const [{ mcp, ops }] = lines as [Said]
  return { mcp: new URL(mcp), ops: new URL(ops), process: child, said: new Set(lines.map((line) => line.ops)), ended }
}

interface Said {
  readonly mcp: string
  readonly ops: string
}

/** For `vi.waitFor`. */
export const patience = { timeout: 30_000, interval: 100 }

/** Calls a tool through an official client on a connection of its own, so that it may come to any process. */
export const callOnce = async (mcp: URL, name: string, input: object): Promise<string> => {
  const client = new Client({ name: 'tester', version: '1.0.0' })
  const headers = { connection: 'close' }
  await client.connect(new StreamableHTTPClientTransport(mcp, { requestInit: { headers } }))
  try {
    const { content } = await client.callTool({ name, arguments: { ...input } })
    return (content as ReadonlyArray<{ readonly text: string }>)[0]!.text
  } finally {
    await client.close()
  }
}

/** The lines of a scrape, by what stands before their numbers. */
export const scrape = async (ops: URL, headers: Record<string, string> = {}): Promise<Map<string, number>> =>
  numbersOf(await textOf(ops, headers))

/** A scrape. */
export const textOf = async (ops: URL, headers: Record<string, string> = {}): Promise<string> =>
  (await fetch(new URL('/metrics', ops), { headers })).text()

export const numbersOf = (text: string): Map<string, number> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )

/** How many calls of a tool have been answered, by all processes. */
export const callsOf = (numbers: ReadonlyMap<string, number>, tool: string): number => {
  const series = `mcp_requests_total{method="tools/call",operation="tools/call ${tool}",outcome="ok"}`
  return numbers.get(series) ?? 0
}

/** The processes that answer so many calls of `pid`. */
export const pidsOf = async (mcp: URL, calls: number): Promise<Set<string>> =>
  new Set(await Promise.all(Array.from({ length: calls }, () => callOnce(mcp, 'pid', {}))))
