import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Calls } from './attachment.ts'
import type { Line } from './line.ts'
import type { VariantName } from './variants.ts'

/** A fixture server that runs in a process of its own. */
export interface Fixture {
  readonly url: string
  /** How many calls its middleware has seen and handled so far. */
  calls(): Promise<Calls>
  /** Ends the process; resolves to what it wrote to its standard error. */
  stop(): Promise<string>
}

/**
 * Starts the server of a line in a variant, on a free port.
 * @throws Error with what the process wrote when it ends before it listens.
 */
export async function startFixture(line: Line, variant: VariantName): Promise<Fixture> {
  // Node does not emit `close` for a process whose parent disconnects; what it wrote is complete once the pipe closes.
  const child = fork(fileURLToPath(new URL('./serve.ts', import.meta.url)), [line, variant], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let errors = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk))
  const exited = Promise.all([once(child, 'exit'), child.stderr && once(child.stderr, 'close')])
  const answer = async (): Promise<unknown> => {
    const ended = exited.then(() => {
      throw new Error(`The ${line} server (${variant}) ended: ${errors.trim()}`)
    })
    const [message]: unknown[] = await Promise.race([once(child, 'message'), ended])
    return message
  }

  const port = await answer()
  return {
    url: `http://localhost:${String(port)}/mcp`,

    async calls() {
      const answered = answer()
      child.send('calls')
      return (await answered) as Calls
    },

    async stop() {
      if (child.connected) child.disconnect()
      await exited
      return errors
    },
  }
}
