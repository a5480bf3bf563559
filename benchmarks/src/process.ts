import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Group } from './case.ts'
import type { Answer, Order } from './worker.ts'

/** How a process of a case is started. */
export interface ProcessOptions {
  readonly group: Group
  readonly name: string
  /** What the group prepared. */
  readonly folder: string | undefined
  /** Folder for a CPU profile. */
  readonly profile: string | undefined
}

/** A process that has one case set up and measures it when it is told to. */
export class CaseProcess {
  readonly #child: ChildProcess
  #settle: ((answer: Answer) => void) | undefined
  #end: Answer | undefined
  readonly #ended: Promise<void>

  constructor({ group, name, folder, profile }: ProcessOptions) {
    this.#child = fork(worker, [group.module, name], {
      execArgv: [
        '--conditions=@millrace/source',
        '--expose-gc',
        ...(profile === undefined
          ? []
          : ['--cpu-prof', `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${fileOf(group.name, name)}`]),
      ],
      env: { ...process.env, ...(folder === undefined ? {} : { BENCH_FOLDER: folder }) },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#child.on('message', (answer) => this.#settle?.(answer as Answer))
    this.#ended = this.#untilItEnds()
  }

  /** Sends an order, or waits for the first word when there is none. */
  ask(order?: Order): Promise<Answer> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#child.kill('SIGKILL')
        resolve({ type: 'crashed', reason: `no answer in ${patienceMs / 1000} s` })
      }, patienceMs)
      this.#settle = (answer) => {
        clearTimeout(timer)
        this.#settle = undefined
        resolve(answer)
      }
      if (this.#end !== undefined) this.#settle(this.#end)
      else if (order !== undefined) this.#child.send(order)
    })
  }

  /** Ends it; one that is too busy to hear of it is killed. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect()
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs)
    await this.#ended
    clearTimeout(timer)
  }

  // Its `close` event never comes after a `disconnect` from here: exit and the end of its errors are waited for.
  async #untilItEnds(): Promise<void> {
    const exit = once(this.#child, 'exit')
    let errors = ''
    for await (const text of this.#child.stderr?.setEncoding('utf8') ?? []) errors = (errors + text).slice(-mostErrors)
    const [code, signal] = await exit
    this.#end = { type: 'crashed', reason: errorIn(errors) ?? `exit ${code ?? signal}` }
    this.#settle?.(this.#end)
  }
}

const worker = fileURLToPath(new URL('./worker.ts', import.meta.url))
const patienceMs = 120_000
const graceMs = 10_000
const mostErrors = 4000

const fileOf = (group: string, name: string): string =>
  `${`${group} ${name}`.replaceAll(/[^a-z0-9]+/gi, '-')}.${Date.now()}.cpuprofile`

/** What a stack trace says: the line with the error, or the last one. */
const errorIn = (text: string): string | undefined => {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1)
}
