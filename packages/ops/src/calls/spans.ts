/** What a call did, or waited for, at some moments of its time. */
export type SpanKind = 'database' | 'http' | 'poolWait' | 'queue'

/**
 * What a call did when, as far as somebody said so. Several queries at once take the time that passed, not as often as there
 * are queries; where a call did several kinds of things at once, the time goes to the first of `kinds`.
 */
export class Spans {
  readonly #sums: { [Kind in SpanKind]: number } = { database: 0, http: 0, poolWait: 0, queue: 0 }
  #spans: Array<{ readonly kind: SpanKind; readonly from: number; readonly to: number }> = []
  /** What came before is added up already. */
  #from: number

  /** @param from when the call began, in milliseconds */
  constructor(from: number) {
    this.#from = from
  }

  /** Something has just ended that took so long. */
  add(kind: SpanKind, tookMs: number, to: number): void {
    const from = Math.max(this.#from, to - tookMs)
    if (from >= to) return
    this.#spans.push({ kind, from, to })
    if (this.#spans.length >= maxSpans) this.#settle()
  }

  /** Milliseconds by what was done. */
  sums(): { readonly [Kind in SpanKind]: number } {
    this.#settle()
    return this.#sums
  }

  #settle(): void {
    const turns = this.#spans.flatMap(({ kind, from, to }) => [
      { at: from, kind, by: 1 },
      { at: to, kind, by: -1 },
    ])
    turns.sort((a, b) => a.at - b.at)
    const running = { database: 0, http: 0, poolWait: 0, queue: 0 }
    let before = 0
    for (const { at, kind, by } of turns) {
      const first = kinds.find((one) => running[one] > 0)
      if (first !== undefined) this.#sums[first] += at - before
      running[kind] += by
      before = at
    }
    this.#from = Math.max(this.#from, before)
    this.#spans = []
  }
}

const kinds: readonly SpanKind[] = ['database', 'http', 'poolWait', 'queue']

/** So many are kept before they are added up. */
const maxSpans = 256
