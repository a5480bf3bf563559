/** What became of a call: an answer, an error that says what is wrong, something wrong, or nothing in time. */
export type Kind = 'answered' | 'error' | 'wrong' | 'lost'

/** One call. */
export interface Call {
  readonly tool: 'double' | 'keep'
  readonly n: number
  /** Milliseconds of `performance.now()`. */
  readonly askedAt: number
  readonly tookMs: number
  readonly kind: Kind
  /** What was said, where it was no answer. */
  readonly said?: string
}

/** What a client got. */
export interface Got {
  readonly isError?: boolean | undefined
  readonly content: ReadonlyArray<{ readonly type: string; readonly text?: string }>
}

/** Judges a result: the right number, or one sentence that a model can read. */
export const judged = (tool: Call['tool'], n: number, { isError, content }: Got): Pick<Call, 'kind' | 'said'> => {
  const said = content[0]?.text ?? ''
  if (isError === true) return { kind: isClear(said) ? 'error' : 'wrong', said }
  return said === String(tool === 'double' ? 2 * n : n) ? { kind: 'answered' } : { kind: 'wrong', said }
}

/** One sentence, without addresses, codes of the system or parts of a stack. */
const isClear = (said: string): boolean =>
  /^[A-Za-z][^\n]{10,300}\.$/.test(said) && !/\b(?:E[A-Z]{5,}|\d+\.\d+\.\d+\.\d+|at \S+:\d+)/.test(said)
