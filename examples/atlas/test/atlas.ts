import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, vi } from 'vitest'

const repository = fileURLToPath(new URL('../../..', import.meta.url))

/** How to start the atlas, for whoever starts it. */
export const command = 'node'
export const args: readonly string[] = argumentsFor(new URL('../src/main.ts', import.meta.url))

function argumentsFor(program: URL): readonly string[] {
  return ['--conditions=@millrace/source', fileURLToPath(program)]
}

// Programs start slowly on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 60_000 })

// A test that fails leaves its programs running.
const children = new Set<ChildProcess>()
afterAll(() => children.forEach((child) => child.kill('SIGKILL')))

/** This process's environment with the workspace's Node first, and without a database unless it is given. */
export function environment(env: Record<string, string>): Record<string, string> {
  const { DATABASE_URL: _, ...inherited } = process.env as Record<string, string>
  const path = [join(repository, 'node_modules', '.bin'), inherited['PATH']].join(delimiter)
  return { ...inherited, PATH: path, PORT: '0', ...env }
}

/** An atlas in a process of its own. */
export interface Atlas {
  readonly process: ChildProcess
  /** All it has said so far. */
  readonly said: { out: string; err: string }
  /** Resolves when it has said something on standard output or standard error that matches. */
  says(pattern: RegExp): Promise<string>
  /** Its endpoint, once it serves. */
  url(): Promise<string>
  /** Sends a signal, if one is given, and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
}

/** Starts `src/main.ts`. */
export function atlas(env: Record<string, string>, ...more: readonly string[]): Atlas {
  return started([...args, ...more], env)
}

/** Starts another program that behaves like it. */
export function program(path: URL, env: Record<string, string>): Atlas {
  return started(argumentsFor(path), env)
}

function started(args: readonly string[], env: Record<string, string>): Atlas {
  const child = spawn(command, args, { env: environment(env), stdio: ['pipe', 'pipe', 'pipe'] })
  children.add(child)
  const said = { out: '', err: '' }
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text))

  function says(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(said.out) ?? pattern.exec(said.err)
        if (found) resolve(found[0])
      }
      child.stdout.on('data', look)
      child.stderr.on('data', look)
      void closed.then(() => reject(new Error(`It ended without saying ${pattern}: ${said.out}${said.err}`)))
      look()
    })
  }

  return {
    process: child,
    said,
    says,
    url: () => says(/http:\/\/127\.0\.0\.1:\d+\/mcp(?=\n)/),
    async end(signal) {
      if (signal) child.kill(signal)
      const [code, by] = await closed
      return { code, signal: by }
    },
  }
}
