import type { Answer, Kind } from './answer.ts'
import { percentile } from '../overload/measure.ts'

/** What a second of a run was like. */
export interface Second {
  readonly asked: number
  readonly answered: number
  /** Of the answers, in milliseconds; NaN when there was none. */
  readonly p99Ms: number
}

/** A run, second by second, each with the calls that were made in it. */
export const secondsOf = (answers: readonly Answer[], seconds: number): readonly Second[] =>
  Array.from({ length: seconds }, (_, second) => {
    const asked = between(answers, second, second + 1)
    const answered = asked.filter(({ kind }) => kind === 'answered')
    return { asked: asked.length, answered: answered.length, p99Ms: percentile(answered.map(tookMs), 0.99) }
  })

/** What a stretch of a run came to. */
export interface Summary {
  readonly askedPerS: number
  readonly answeredPerS: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Shares of all calls. */
  readonly kinds: Readonly<Record<Kind, number>>
  /** How long a refusal took. */
  readonly refusalP50Ms: number
  readonly refusalP99Ms: number
}

export const summaryOf = (answers: readonly Answer[], fromS: number, untilS: number): Summary => {
  const asked = between(answers, fromS, untilS)
  const of = (kind: Kind) => asked.filter((one) => one.kind === kind)
  const [answered, refused] = [of('answered').map(tookMs), of('refused').map(tookMs)]
  const share = (kind: Kind) => of(kind).length / asked.length
  return {
    askedPerS: asked.length / (untilS - fromS),
    answeredPerS: answered.length / (untilS - fromS),
    p50Ms: percentile(answered, 0.5),
    p99Ms: percentile(answered, 0.99),
    kinds: {
      answered: share('answered'),
      refused: share('refused'),
      failed: share('failed'),
      gaveUp: share('gaveUp'),
      unreachable: share('unreachable'),
    },
    refusalP50Ms: percentile(refused, 0.5),
    refusalP99Ms: percentile(refused, 0.99),
  }
}

const between = (answers: readonly Answer[], fromS: number, untilS: number): readonly Answer[] =>
  answers.filter(({ askedAt }) => askedAt >= fromS * 1000 && askedAt < untilS * 1000)
const tookMs = (answer: Answer): number => answer.tookMs
