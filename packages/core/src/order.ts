import type { Middleware } from './middleware.ts'
import { recommendedOrder } from './stage.ts'
import type { Stage } from './stage.ts'

/**
 * Says what is wrong with the order of a chain: one message for each pair in the wrong order, neighbours or not, that
 * says what it breaks and names the recommended order. Empty when the order is fine. Parts count where their whole
 * stands, and a second middleware of a stage is no mistake by itself.
 */
export const checkOrder = (middleware: readonly Middleware[]): string[] => {
  const stages = middleware.flatMap(stagesOf)
  const found = new Set<string>()
  for (const [index, inner] of stages.entries()) {
    for (const outer of stages.slice(0, index)) {
      if (isMisplaced(outer, inner)) found.add(explain(outer, inner))
    }
  }
  return [...found]
}

const stagesOf = (middleware: Middleware): Stage[] => {
  const own = middleware.stage === undefined ? [] : [middleware.stage]
  return [...own, ...(middleware.parts ?? []).flatMap(stagesOf)]
}

const isMisplaced = (outer: Stage, inner: Stage): boolean => {
  // A timeout further in bounds each load or each attempt: that is a choice, not a mistake.
  if (inner === 'timeout') return false
  return recommendedOrder.indexOf(outer) > recommendedOrder.indexOf(inner)
}

const explain = (outer: Stage, inner: Stage): string => {
  const what = breaks[`${outer} ${inner}`] ?? `the recommended order puts ${inner} outside ${outer}`
  return `${outer} stands outside ${inner}: ${what}. Recommended, outermost first: ${recommendedOrder.join(', ')}.`
}

const breaks: { readonly [Pair in `${Stage} ${Stage}`]?: string } = {
  'cached gate': 'cached answers are given by a server that is shutting down, and are not counted as running',
  'timeout gate': 'waiting for the resources to start uses up the time of the call',
  'cached authorize': 'a cached answer is given without asking whether this caller may have it',
  'cached metrics': 'hits are never measured',
  'cached rateLimit': 'hits are never counted, so the limit does not hold for cached answers',
  'cached fallback': 'the substitute answer comes before a stale one, which the cache then never serves',
  'rateLimit authorize': 'calls that are refused for lack of permission use up the quota',
  'cached staged': 'what several tools answered together is stored as one answer, and none of it can be invalidated',
  'staged rateLimit':
    'steps are counted but the staged call itself is not; write rateLimit(…), staged(), … instead of an option of recommended',
  'timeout fallback': 'a call that times out gets the error instead of the substitute answer',
  'limitResult cached': 'the whole result is stored and cut again at every hit',
  'hedge cached': 'both attempts wait for the same load, so hedging gains nothing',
  'retry cached': 'each attempt asks the cache again, and a served stale answer counts as success',
  'retry hedge': 'each attempt is hedged on its own, which multiplies the load on a failing dependency',
  'breaker cached': 'an open breaker refuses answers that the cache has',
  'breaker retry': 'the breaker sees one failure where the dependency had several',
  'queue staged': 'a staged call holds a slot while its steps wait for one, so that a few of them stop the server',
  'queue cached': 'hits wait for a free slot',
  'queue retry': 'a call keeps its slot while it waits for its next attempt',
  'queue breaker': 'a call waits for a slot before an open breaker refuses it',
}
