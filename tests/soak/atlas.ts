import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Taken } from './probe.ts'

/** How an atlas is, right after its garbage has been collected. */
export interface Look extends Taken {
  /** Connections to PostgreSQL, and those of them that are in use. */
  readonly pooled: number
  readonly busy: number
  /** HTTP requests without a complete answer, and sessions. */
  readonly active: number
  readonly sessions: number
  /** Calls it has had so far, and bytes that its cache holds. */
  readonly calls: number
  readonly cachedBytes: number
}

/** An atlas in a process of its own, with everything that `npm start` gives it, on a PostgreSQL of its own. */
export interface Atlas {
  readonly url: URL
  look(): Promise<Look>
  /** As an operator ends it. @returns its exit code */
  stop(): Promise<number | null>
}

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** @throws Error with what it said when it does not start */
export const startAtlas = async (): Promise<Atlas> => {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'atlas-soak-'))
  const child = fork(fileOf('../../examples/atlas/src/main.ts'), {
    execArgv: ['--conditions=@millrace/source', '--expose-gc', `--import=${fileOf('probe.ts')}`],
    env: { ...process.env, PORT: '0', DATABASE_URL: '', XDG_CACHE_HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const gone = once(child, 'close').then(([code]) => code as number | null)
  let said = ''
  const [endpoint = '', dashboard = ''] = await new Promise<readonly string[]>((resolve, reject) => {
    const hear = (text: string): void => {
      said += text
      const [, ...urls] = /MCP endpoint +(\S+)\n +Dashboard +(\S+)\n/.exec(said) ?? []
      if (urls.length > 0) resolve(urls)
    }
    child.stdout?.setEncoding('utf8').on('data', hear)
    child.stderr?.setEncoding('utf8').on('data', hear)
    void gone.then(() => reject(new Error(`The atlas ended before it served: ${said}`)))
  })
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM')
    const code = await gone
    rmSync(folder, { recursive: true, force: true })
    return code
  }
  return {
    url: new URL(endpoint),
    stop,
    look: async () => ({ ...(await takenBy(child)), ...(await numbersAt(dashboard)) }),
  }
}

const takenBy = async (child: ReturnType<typeof fork>): Promise<Taken> => {
  const answer = once(child, 'message')
  child.send('look')
  const [taken] = (await answer) as [Taken]
  return taken
}

type Numbers = Omit<Look, keyof Taken>

/** From what Prometheus would be told. */
const numbersAt = async (dashboard: string): Promise<Numbers> => {
  const text = await (await fetch(new URL('/metrics', dashboard))).text()
  const sumOf = (name: string): number =>
    [...text.matchAll(new RegExp(`^${name}(?:\\{[^\\n]*\\})? (\\S+)$`, 'gm'))].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    )
  return {
    pooled: sumOf('mcp_pool_total_connections'),
    busy: sumOf('mcp_pool_active_connections'),
    active: sumOf('mcp_active_connections'),
    sessions: sumOf('mcp_sessions'),
    calls: sumOf('mcp_requests_total'),
    cachedBytes: sumOf('mcp_cache_bytes'),
  }
}
