import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import type { Clock } from '@millrace/core'
import { shortened } from '../wire/ending.ts'
import { isRecord } from '../wire/judge.ts'
import type { Params } from '../wire/request.ts'

/** How a program is started. */
interface StartOptions {
  readonly file: string
  readonly args: readonly string[]
  /** Whether Node listens for an inspector in it, on a free port of this machine. @default false */
  readonly isInspected?: boolean
}

/** A program that speaks JSON-RPC over its stdin and stdout, line by line. */
export class Program {
  /** Why it is no longer there; undefined while it runs. */
  gone: string | undefined
  /** Where its inspector listens, as Node says when it starts with one. */
  inspector: string | undefined
  /** Lines on its stdout that are no JSON-RPC. */
  garbage = 0
  readonly #child: ChildProcessWithoutNullStreams
  readonly #clock: Clock
  readonly #waiting = new Map<number, (message: Params | undefined) => void>()
  /** Settles when it has ended. */
  readonly whenGone: Promise<void>
  #rest = ''
  #said = ''

  constructor({ file, args, isInspected = false }: StartOptions, clock: Clock) {
    this.#clock = clock
    this.#child = spawn(file, args, { stdio: 'pipe', windowsHide: true, env: isInspected ? inspecting() : process.env })
    const decoder = new StringDecoder('utf8')
    this.#child.stdout.on('data', (chunk: Buffer) => this.#take(decoder.write(chunk)))
    this.#child.stderr.on('data', (chunk: Buffer) => this.#listen(chunk.toString()))
    // What is written to a program that has gone fails there; that it has gone is told by its end.
    this.#child.stdin.on('error', () => {})
    this.whenGone = new Promise((resolve) => {
      this.#child.on('error', (error) => resolve(this.#end(`${file} cannot be started: ${error.message}`)))
      this.#child.on('close', (code, signal) => resolve(this.#end(this.#whyEnded(code, signal))))
    })
  }

  /** Of its process. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  write(line: string): void {
    this.#child.stdin.write(`${line}\n`)
  }

  /** Writes a request and waits for the answer; undefined when there was none in time, or the program has gone. */
  ask(line: string, id: number, timeoutMs: number): Promise<Params | undefined> {
    return new Promise((resolve) => {
      if (this.gone !== undefined) return resolve(undefined)
      const answer = (message: Params | undefined) => {
        timer.cancel()
        this.#waiting.delete(id)
        resolve(message)
      }
      const timer = this.#clock.after(timeoutMs, () => answer(undefined))
      this.#waiting.set(id, answer)
      this.write(line)
    })
  }

  /** Closes its stdin, as the protocol asks for, and ends it when that does not. */
  async close(): Promise<void> {
    this.#child.stdin.end()
    const term = this.#clock.after(patienceMs, () => this.#child.kill('SIGTERM'))
    const kill = this.#clock.after(2 * patienceMs, () => this.#kill())
    await this.whenGone
    term.cancel()
    kill.cancel()
  }

  /** Ends a program that does not live from its stdin. */
  async end(): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.close()
  }

  #kill(): void {
    this.#child.kill('SIGKILL')
    // What it has started may hold them open.
    this.#child.stdout.destroy()
    this.#child.stderr.destroy()
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') this.#takeLine(line)
  }

  #takeLine(line: string): void {
    let message: unknown
    try {
      message = JSON.parse(line)
    } catch {
      message = undefined
    }
    if (!isRecord(message) || message['jsonrpc'] !== '2.0') this.garbage += 1
    else if (typeof message['method'] === 'string') this.#answerTo(message)
    else this.#waiting.get(message['id'] as number)?.(message)
  }

  #listen(text: string): void {
    this.#said = (this.#said + text).slice(-maxSaid)
    // A program may start another, which is the one that answers.
    const addresses = [...this.#said.matchAll(/^Debugger listening on (ws:\S+)\n/gm)]
    this.inspector = addresses.at(-1)?.[1] ?? this.inspector
  }

  #answerTo({ id, method }: Params): void {
    if (id === undefined) return
    const answer = method === 'ping' ? { result: {} } : { error: { code: -32_601, message: 'This client only calls.' } }
    this.write(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
  }

  #whyEnded(code: number | null, signal: string | null): string {
    const how = signal === null ? `exit code ${code}` : signal
    return `the server ended with ${how}${this.#said === '' ? '' : `, saying: ${shortened(lastLines(this.#said))}`}`
  }

  #end(why: string): void {
    this.gone ??= why
    for (const answer of this.#waiting.values()) answer(undefined)
  }
}

const maxSaid = 4000
const patienceMs = 2000

const inspecting = (): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --inspect=127.0.0.1:0`.trim(),
})

const ofInspector = /^(?:Debugger |For help, see: |Waiting for the debugger )/

/** The last that a program has said; of an error with its stack, the error. */
const lastLines = (text: string): string => {
  const lines = text
    .trim()
    .split('\n')
    .filter((line) => !ofInspector.test(line))
  const error = lines.findLast((line) => /^(?:Uncaught )?(?:[\w$]*Error|Error \[\w+\])\b.*: /.test(line))
  return error ?? lines.slice(-3).join(' ')
}
