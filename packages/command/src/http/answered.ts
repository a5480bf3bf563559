import { shortened } from '../wire/ending.ts'
import type { Ending, Failure } from '../wire/ending.ts'
import { isRecord, judge } from '../wire/judge.ts'
import type { Reply } from '../wire/lane.ts'
import type { Params } from '../wire/request.ts'
import type { Headers } from './head.ts'

/** What came back for a POST. */
export interface Answered {
  /** 0 when there was no answer. */
  readonly status: number
  readonly headers: Headers
  readonly bytes: number
  /** The whole body, unless it was a stream of events. */
  readonly body?: string | undefined
  /** The answer, when it came in a stream of events. */
  readonly message?: Params
  /** Why there is no whole answer. */
  readonly failure?: Failure
}

/** What a POST with a request in it came to. */
export const replyOf = (answered: Answered, id: number): Reply => {
  const { bytes, failure, status, headers } = answered
  if (failure !== undefined) return { bytes, ending: failure }
  const message = answered.message ?? messageIn(answered.body, id, status)
  const ending = status === 429 || status === 503 ? refusalOf(answered, message) : undefined
  if (ending !== undefined) return { bytes, ending, message }
  if (message !== undefined) return { bytes, ending: judge(message), message }
  return { bytes, ending: status === 200 ? noAnswer(headers, answered.body) : statusFailure(answered) }
}

/** The JSON-RPC response in a body; an error that is answered with an HTTP error may lack the id. */
const messageIn = (body: string | undefined, id: number, status: number): Params | undefined => {
  let message: unknown
  try {
    message = JSON.parse(body ?? '')
  } catch {
    return undefined
  }
  if (!isRecord(message) || message['jsonrpc'] !== '2.0') return undefined
  return message['id'] === id || (status !== 200 && isRecord(message['error'])) ? message : undefined
}

const refusalOf = ({ status, headers }: Answered, message: Params | undefined): Ending => {
  const judged = message === undefined ? undefined : judge(message)
  const seconds = Number(headers['retry-after'])
  const retryAfterMs = judged?.retryAfterMs ?? (Number.isFinite(seconds) ? seconds * 1000 : undefined)
  return {
    kind: 'refused',
    detail: `HTTP ${status}`,
    ...(judged?.message === undefined ? {} : { message: judged.message }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
}

const noAnswer = (headers: Answered['headers'], body: string | undefined): Failure => {
  const encoding = headers['content-encoding']
  if (encoding !== undefined) return { kind: 'no MCP answer', detail: `compressed (${encoding}) without being asked` }
  const type = shortened(headers['content-type'] ?? 'no content type')
  return { kind: 'no MCP answer', detail: type, message: shortened((body ?? '').slice(0, 1000)) }
}

const statusFailure = ({ status, body = '' }: Answered): Failure => ({
  kind: 'transport',
  detail: `HTTP ${status}`,
  message: shortened(body.slice(0, 1000)),
})
