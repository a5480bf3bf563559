import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** One process of the fleet. */
export interface Member {
  /** Where it serves: `http://127.0.0.1:3400/mcp`. */
  readonly url: string
  /** Ends it as an operator does: SIGTERM. @returns its exit code */
  stop(): Promise<number | null>
  /** Ends it without a word: SIGKILL. */
  kill(): Promise<number | null>
}

/** How the processes are started. */
export interface FleetOptions {
  readonly redisUrl: string
  readonly namespace: string
  /** @default 4 */
  readonly size?: number
  /** Of the first one; the others take the next ones. 0 lets the system choose all of them. */
  readonly port: number
}

/**
 * Starts the processes, all at once.
 *
 * @throws Error in one sentence when one of them does not start; none is left running then.
 */
export async function fleet({ redisUrl, namespace, size = 4, port }: FleetOptions): Promise<readonly Member[]> {
  const ports = Array.from({ length: size }, (_, at) => (port === 0 ? 0 : port + at))
  const env = { ...process.env, REDIS_URL: redisUrl, NAMESPACE: namespace }
  const starting = await Promise.allSettled(ports.map((one) => member(one, { ...env, PORT: String(one) })))
  const members = starting.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = starting.find((one) => one.status === 'rejected')
  if (failed === undefined) return members
  await Promise.all(members.map((one) => one.stop()))
  throw failed.reason
}

async function member(port: number, env: NodeJS.ProcessEnv): Promise<Member> {
  // Beside this file as it lies: TypeScript here, JavaScript once it has been compiled.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const child = fork(fileURLToPath(new URL(`./member.${extension}`, import.meta.url)), {
    env,
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  })
  let complaint = ''
  let isUp = false
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    if (isUp) process.stderr.write(piece)
    else complaint += piece
  })
  const gone = once(child, 'close').then(([code]) => code as number | null)
  const url = await Promise.race([once(child, 'message').then(([told]) => String(told)), gone.then(() => undefined)])
  if (url === undefined) {
    const reason = /EADDRINUSE/.test(complaint) ? 'it is taken' : complaint.trim().split('\n').at(-1)
    throw new Error(`No process could be started on port ${port}: ${reason}.`)
  }
  isUp = true
  process.stderr.write(complaint)
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return gone
  }
  return { url, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}
