import type { Call, Notification, Traits } from '../call.ts'
import { cancellation } from '../cancellation.ts'
import type { Cancellation } from '../cancellation.ts'
import { systemClock } from '../clock.ts'
import type { Clock } from '../clock.ts'

/** What a fake call is made of; everything may be left out. */
export interface FakeCallOptions {
  /** @default 'tools/call' */
  readonly method?: string
  /** Tool name, prompt name or URI. @default 'tool', for methods other than `tools/call` undefined */
  readonly target?: string | undefined
  /** @default method and target, as doors say it */
  readonly operation?: string
  /** The arguments. @default {} */
  readonly input?: unknown
  /** @default as the method carries them: `name` and `arguments`, or the target's `uri`, or the input itself */
  readonly params?: unknown
  /** @default undefined: anonymous */
  readonly principal?: string | undefined
  /** In clock milliseconds. @default Infinity */
  readonly deadline?: number
  /** @default { readOnly: true } */
  readonly traits?: Traits
  /** @default systemClock */
  readonly clock?: Clock
  readonly revision?: string | undefined
  readonly isUnnamed?: boolean | undefined
  readonly isWrapped?: boolean | undefined
  readonly isUndescribed?: boolean | undefined
  readonly acceptsHints?: boolean | undefined
  readonly isExchange?: boolean | undefined
  readonly readsCaller?: string | undefined
  readonly sdk?: unknown
}

/** A call as a door would make it, with its caller's side in reach. */
export interface FakeCall extends Call {
  /** What middleware and handler have sent to the caller. */
  readonly notifications: readonly Notification[]
  /** The caller goes away. */
  abort(reason?: unknown): void
}

/** A call for tests and benchmarks. Its signal is made on first read, as a door's is. */
export const fakeCall = (options: FakeCallOptions = {}): FakeCall => new TestCall(options)

class TestCall implements FakeCall {
  readonly method: string
  readonly target: string | undefined
  readonly operation: string
  readonly params: unknown
  readonly input: unknown
  readonly principal: string | undefined
  readonly deadline: number
  readonly traits: Traits
  readonly clock: Clock
  readonly revision: string | undefined
  readonly isUnnamed: boolean | undefined
  readonly isWrapped: boolean | undefined
  readonly isUndescribed: boolean | undefined
  readonly acceptsHints: boolean | undefined
  readonly isExchange: boolean | undefined
  readonly readsCaller: string | undefined
  readonly sdk: unknown
  readonly cancellation: Cancellation = cancellation()
  readonly notifications: Notification[] = []

  constructor(options: FakeCallOptions) {
    this.method = options.method ?? 'tools/call'
    this.target = 'target' in options ? options.target : this.method === 'tools/call' ? 'tool' : undefined
    this.operation = options.operation ?? operationOf(this.method, this.target)
    this.input = options.input ?? {}
    this.params = 'params' in options ? options.params : paramsOf(this.method, this.target, this.input)
    this.principal = options.principal
    this.deadline = options.deadline ?? Infinity
    this.traits = options.traits ?? { readOnly: true }
    this.clock = options.clock ?? systemClock
    this.revision = options.revision
    this.isUnnamed = options.isUnnamed
    this.isWrapped = options.isWrapped
    this.isUndescribed = options.isUndescribed
    this.acceptsHints = options.acceptsHints
    this.isExchange = options.isExchange
    this.readsCaller = options.readsCaller
    this.sdk = options.sdk
  }

  get signal(): AbortSignal {
    return this.cancellation.signal
  }

  notify(notification: Notification): Promise<void> {
    this.notifications.push(notification)
    return Promise.resolve()
  }

  abort(reason?: unknown): void {
    this.cancellation.abort(reason)
  }
}

const operationOf = (method: string, target: string | undefined): string =>
  target === undefined || method === 'resources/read' ? method : `${method} ${target}`

const paramsOf = (method: string, target: string | undefined, input: unknown): unknown => {
  if (method === 'tools/call' || method === 'prompts/get') return { name: target, arguments: input }
  return method.startsWith('resources/') && target !== undefined ? { uri: target } : input
}
