import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A Redis to share. */
export interface RunningRedis {
  readonly url: string
  /** Whether it was started here, and ends with `close`. */
  readonly isOwn: boolean
  close(): Promise<void>
}

/**
 * The Redis that a URL names; without one a `redis-server` or `valkey-server` of the PATH, on a free port, which keeps
 * nothing.
 *
 * @throws Error in one sentence when there is none.
 */
export async function runningRedis(url: string | undefined): Promise<RunningRedis> {
  if (url !== undefined && url !== '') return { url, isOwn: false, close: () => Promise.resolve() }
  const own = (await started('redis-server')) ?? (await started('valkey-server'))
  if (own === undefined) throw new Error('There is no redis-server on the PATH: install one, or set REDIS_URL.')
  return own
}

/** @returns undefined when there is no such program */
async function started(program: string): Promise<RunningRedis | undefined> {
  const port = await freePort()
  const directory = mkdtempSync(join(tmpdir(), 'fleet-redis-'))
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', '', '--appendonly', 'no']
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const remove = () => rmSync(directory, { recursive: true, force: true })
  const end = () => void child.kill('SIGKILL')
  // A process that ends without having closed it does not leave it behind.
  const leave = () => {
    end()
    remove()
  }
  process.once('exit', leave)
  const isReady = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false))
    void gone.then(() => resolve(false))
    child.stdout.on('data', (piece) => String(piece).includes('Ready to accept connections') && resolve(true))
  })
  const close = async () => {
    process.off('exit', leave)
    end()
    if (isReady) await gone
    remove()
  }
  if (isReady) return { url: `redis://127.0.0.1:${port}`, isOwn: true, close }
  await close()
  return undefined
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
