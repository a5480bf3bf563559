/** What became of a call, as its caller saw it. */
export type Kind = 'answered' | 'refused' | 'failed' | 'gaveUp' | 'unreachable'

/** One call of a run. */
export interface Answer {
  /** Milliseconds since the run began. */
  readonly askedAt: number
  readonly tookMs: number
  readonly kind: Kind
  /** What was said, where it was no answer. */
  readonly said?: string
}

/** Reads a response: a refusal is one of our layers', anything else that is wrong is a failure. */
export const read = (status: number, body: string): Pick<Answer, 'kind' | 'said'> => {
  const { result, error } = messageOf(body)
  if (error !== undefined) return { kind: 'failed', said: error.message }
  if (status !== 200 || result === undefined) return { kind: 'failed', said: `HTTP ${status}` }
  if (result.isError !== true) return { kind: 'answered' }
  const isOurs = result._meta?.['millrace/reason'] !== undefined
  return { kind: isOurs ? 'refused' : 'failed', said: result.content?.[0]?.text ?? 'an error without words' }
}

interface Message {
  readonly result?: {
    readonly isError?: boolean
    readonly content?: ReadonlyArray<{ readonly text?: string }>
    readonly _meta?: Readonly<Record<string, unknown>>
  }
  readonly error?: { readonly message: string }
}

const messageOf = (body: string): Message => {
  try {
    return JSON.parse(body) as Message
  } catch {
    return {}
  }
}
